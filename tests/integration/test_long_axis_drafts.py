"""Long axes: drafted by their own model, corrected in the read, measured beside the short axis."""

from typing import Any

import pytest
from django.utils import timezone

from cmrkit.contracts import JobKind
from cmrkit.phantom import LongAxisView
from portal.annotations.models import Annotation, Origin, State
from portal.annotations.services.drafts import store_draft
from portal.cases.models import Case
from portal.jobs.models import Job, JobState
from portal.modelhub.models import ModelVersion
from portal.overview.drafts import draft_of
from portal.reads.models import Read, ReadPurpose
from tests.factories import beside as b
from tests.factories import reading as f
from tests.factories.imaging import small_phantom
from tests.factories.portal_worker import run_job

pytestmark = pytest.mark.django_db
MODEL = "lax-free"


@pytest.fixture
def case(world: f.World) -> Case:
    b.ask_for(world, series=b.LONG_AXES, structures=b.ATRIA)
    return b.import_with_long_axes(world)


def preannotate(world: f.World, case: Case) -> list[Job]:
    """Ask as a coordinator does; answers the jobs on long axes."""
    api = f.Api(world.coordinator)
    path = f"projects/{world.slug}/preannotate/"
    assert api.post(path, {"case_ids": [str(case.pk)]}).status_code == 201
    return list(Job.objects.filter(kind=JobKind.SEGMENT, payload__has_key="beside"))


def drafted(world: f.World, case: Case) -> None:
    """Drafts of the long axes, as true as the phantom's own contours."""
    for view in LongAxisView:
        model = ModelVersion.objects.get(project=world.project, name=MODEL)
        labels = b.long_axis(view).labels
        stack = b.stack_of(case, str(view))
        store_draft(case=case, stack=stack, model_version=model, labels=labels, by_job=f.op_id())


def on(read: Read, view: str) -> Any:
    """The read's contours on that long axis."""
    uids = {row[1] for row in b.stack_of(read.case, view).addresses[0]}
    return Annotation.objects.filter(read=read, sop_instance_uid__in=uids)


def op(read: Read, view: str, phase: int, structure: str, parts: Any, base: int) -> Any:
    stack = b.stack_of(read.case, view)
    return {
        "op_id": f.op_id(),
        "kind": "contour",
        "structure": structure,
        "sop_instance_uid": f.names_of(read).uid(stack.addresses[0][phase][1]),
        "frame_number": 1,
        "base_version": base,
        "parts": parts,
    }


def save(read: Read, *operations: Any) -> list[Any]:
    person = read.reader.user
    body = {"operations": list(operations)}
    answer = f.Api(person).post(f"reads/{read.pk}/operations/", body)
    assert answer.status_code == 200, answer.content
    return [(row["outcome"], row.get("code", "")) for row in answer.json()["results"]]


def test_a_draft_comes_into_the_read_is_corrected_and_measured(world: f.World, case: Case) -> None:
    (read,) = world.assign(case, world.reader_a)
    jobs = preannotate(world, case)
    assert {job.payload["beside"] for job in jobs} == {"2CH", "4CH"}
    assert {job.payload["model"]["name"] for job in jobs} == {MODEL}
    assert all(run_job(job).state == JobState.SUCCEEDED for job in jobs)

    drawn = on(read, "4CH")
    assert {(row.origin, row.state) for row in drawn} == {(Origin.AI, State.AUTO)}
    assert {row.structure for row in drawn} == {"lv_endo", "lv_epi", "rv_endo", "la", "ra"}
    assert {row.structure for row in on(read, "2CH")} >= {"lv_endo", "lv_epi", "la"}
    assert Read.objects.filter(case=case, purpose=ReadPurpose.DRAFT).count() == 2

    api = f.Api(world.reader_a)
    detail = api.get(f"reads/{read.pk}/").json()
    asked = {stack["view"]: stack["structures"] for stack in detail["stacks"]}
    assert asked["SAX"] == ["lv_endo", "lv_epi", "rv_endo"]
    assert asked["4CH"] == ["lv_endo", "lv_epi", "rv_endo", "la", "ra"]
    models = {
        stack["view"]: stack["model"] and stack["model"]["name"] for stack in detail["stacks"]
    }
    assert models == {"SAX": None, "2CH": MODEL, "4CH": MODEL}
    assert (detail["draft"]["state"], draft_of(f.full(read)).model) == ("running", None)

    numbers = api.get(f"reads/{read.pk}/long-axis/").json()
    by_view = {row["view"]: row for row in numbers["views"]}
    truth = b.long_axis(LongAxisView.FOUR_CHAMBER)
    assert by_view["4CH"]["la_max_ml"] == pytest.approx(max(truth.la_ml), rel=0.25)
    assert 40 < numbers["biplane"]["ef_percent"] < 75
    assert numbers["biplane"]["spacing_assumed"] is False
    assert numbers["biplane"]["edv_ml"] == pytest.approx(by_view["4CH"]["edv_ml"], rel=0.2)

    la = drawn.get(structure="la", sop_instance_uid=b.stack_of(case, "4CH").addresses[0][0][1])
    smaller = [[[x, y] for x, y in part[: len(part) // 2]] for part in la.parts]
    assert save(read, op(read, "4CH", 0, "la", smaller, la.version)) == [("applied", "")]
    la.refresh_from_db()
    assert (la.origin, la.state, la.parts) == (Origin.AI, State.EDITED, smaller)
    again = api.get(f"reads/{read.pk}/long-axis/").json()
    assert again["views"] != numbers["views"]


def test_a_later_short_axis_draft_leaves_long_axes_alone_and_the_other_way_round(
    world: f.World, case: Case
) -> None:
    (read,) = world.assign(case, world.reader_a)
    drafted(world, case)
    before = set(on(read, "4CH").values_list("pk", "version"))
    assert before
    store_draft(
        case=case,
        stack=read.stack,
        model_version=f.make_model(),
        labels=small_phantom(b.SEED, 4, 4).labels,
        by_job=f.op_id(),
    )
    assert set(on(read, "4CH").values_list("pk", "version")) == before
    own = set(
        Annotation.objects.filter(read=read)
        .exclude(pk__in=[pk for pk, _ in before])
        .values_list("pk", "version")
    )
    assert own
    drafted(world, case)
    after = Annotation.objects.filter(read=read).exclude(pk__in=[pk for pk, _ in before])
    assert set(after.values_list("pk", "version")) == own


def test_what_was_edited_stays_when_a_draft_comes_anew(world: f.World, case: Case) -> None:
    (read,) = world.assign(case, world.reader_a)
    square = [[[10.0, 10.0], [30.0, 10.0], [30.0, 30.0]]]
    assert save(read, op(read, "2CH", 1, "la", square, 0)) == [("applied", "")]
    drafted(world, case)
    uid = b.stack_of(case, "2CH").addresses[0][1][1]
    kept = Annotation.objects.get(read=read, structure="la", sop_instance_uid=uid)
    assert (kept.parts, kept.state) == (square, State.EDITED)


def test_a_read_assigned_later_starts_with_it(world: f.World, case: Case) -> None:
    drafted(world, case)
    (read,) = world.assign(case, world.reader_a)
    assert on(read, "4CH").filter(structure="ra", state=State.AUTO).exists()
    assert f.full(read).draft_source is None


def test_who_reads_without_ai_gets_nothing_of_it(db: None) -> None:
    world = f.make_world(ai_visible=False)
    b.ask_for(world, series=b.LONG_AXES, structures=b.ATRIA)
    case = b.import_with_long_axes(world)
    (read,) = world.assign(case, world.reader_a)
    api = f.Api(world.reader_a)
    paths = [f"reads/{read.pk}/{part}" for part in ("", "annotations/", "long-axis/")]
    paths += ["my-work/", "notifications/"]
    before = [api.get(path).content for path in paths]
    preannotate(world, case)
    drafted(world, case)
    assert [api.get(path).content for path in paths] == before
    assert not Annotation.objects.filter(read=read).exists()
    assert api.post(f"reads/{read.pk}/preannotate/").json()["error"]["code"] == "draft_hidden"
    # the own contours on a long axis are the reader's as ever
    square = [[[10.0, 10.0], [30.0, 10.0], [30.0, 30.0]]]
    assert save(read, op(read, "4CH", 0, "la", square, 0)) == [("applied", "")]


@pytest.mark.parametrize(
    ("series", "structures", "views"),
    [
        ([], b.ATRIA, set()),
        (b.LONG_AXES[1:], b.ATRIA, {"4CH"}),
        (b.LONG_AXES, [], {"2CH", "4CH"}),
    ],
)
def test_the_protocol_says_which_are_drafted(
    world: f.World, series: Any, structures: Any, views: set[str]
) -> None:
    b.ask_for(world, series=series, structures=structures)
    case = b.import_with_long_axes(world)
    assert {job.payload["beside"] for job in preannotate(world, case)} == views


def test_without_a_model_for_it_nothing_is_asked(world: f.World, case: Case) -> None:
    ModelVersion.objects.filter(project=world.project, name=MODEL).update(state="retired")
    assert preannotate(world, case) == []
    assert Job.objects.filter(kind=JobKind.SEGMENT).count() == 1


def test_the_whole_project_is_asked_once(world: f.World, case: Case) -> None:
    api, path = f.Api(world.coordinator), f"projects/{world.slug}/preannotate/all/"
    assert api.get(path).json()["due"] == 1
    assert api.post(path).json()["queued"] == 3
    assert api.post(path).json()["queued"] == 0
    drafted(world, case)
    Job.objects.filter(state=JobState.QUEUED).delete()
    assert api.post(path).json()["queued"] == 1, "the short axis alone"


def test_contours_lie_where_they_are_drawn(world: f.World, case: Case) -> None:
    (read,) = world.assign(case, world.reader_a)
    square = [[[10.0, 10.0], [30.0, 10.0], [30.0, 30.0]]]
    on_sax = op(read, "SAX", 0, "la", square, 0)
    outside = op(read, "4CH", 0, "la", [[[10.0, 10.0], [900.0, 10.0], [30.0, 30.0]]], 0)
    scar = op(read, "4CH", 0, "scar", square, 0)
    assert save(read, on_sax, outside, scar) == [
        ("conflict", "structure_elsewhere"),
        ("conflict", "outside_image"),
        ("conflict", "unknown_structure"),
    ]


def test_flags_of_a_long_axis_reach_who_sees_the_draft(world: f.World, case: Case) -> None:
    (read,) = world.assign(case, world.reader_a)
    (job,) = [j for j in preannotate(world, case) if j.payload["beside"] == "4CH"]
    drafted(world, case)
    note = {"code": "no_left_atrium", "message": "No left atrium was found.", "slice": 0}
    Job.objects.filter(pk=job.pk).update(
        output={"findings": [note]},
        state=JobState.SUCCEEDED,
        active_key=None,
        finished_at=timezone.now(),
    )
    flags = f.Api(world.reader_a).get(f"reads/{read.pk}/").json()["draft"]["flags"]
    assert [flag["message"] for flag in flags] == ["4CH: No left atrium was found."]
    slug = world.project.slug
    rows = f.Api(world.coordinator).get(f"projects/{slug}/cases/{case.pk}/checks/").json()
    assert [[flag["code"] for flag in row["flags"]] for row in rows] == [["draft_missing"]]
    assert (rows[0]["sequence_kind"], rows[0]["view"]) == ("cine", "4CH")

"""Saving: applied once, or a conflict with both versions; stale and incomplete submits."""

from typing import Any

import pytest

from portal.annotations.models import Annotation, EntryRevision, Operation, Revision
from portal.annotations.services.drafts import store_draft
from portal.audit.models import AuditEvent
from portal.reads.models import Read
from tests.factories import reading as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(world: f.World) -> Read:
    return world.assign(f.make_case(world.project, "C-1"), world.reader_a)[0]


@pytest.fixture
def api(world: f.World) -> f.Api:
    return f.Api(world.reader_a)


def save(api: f.Api, read: Read, *operations: dict[str, Any]) -> list[dict[str, Any]]:
    answer = api.post(f"reads/{read.pk}/operations/", {"operations": list(operations)})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def one_contour(read: Read, base: int = 0, radius: float = 9.0) -> dict[str, Any]:
    return {
        "op_id": f.op_id(),
        "kind": "contour",
        "structure": "lv_endo",
        "sop_instance_uid": f.frame_uid(read, 1, 0),
        "frame_number": 1,
        "base_version": base,
        "parts": [f.circle(40, 32, radius)],
    }


def test_a_contour_is_applied_and_answered_with_numbers(api: f.Api, read: Read) -> None:
    operations = f.contour_ops(read)
    answer = api.post(f"reads/{read.pk}/operations/", {"operations": operations}).json()
    assert [row["version"] for row in answer["results"]] == [1] * len(operations)
    numbers = answer["measurements"]
    assert (numbers["ed_phase"], numbers["es_phase"]) == (0, 2)
    # 24-gon of radius 10 px, 1.5 mm pixels, three slices 10 mm apart
    area_px2 = 24 / 2 * 10.0**2 * 0.258819
    assert numbers["edv_ml"] == pytest.approx(area_px2 * 1.5**2 * 10 * 3 / 1000, rel=0.01)
    assert api.get(f"reads/{read.pk}/measurements/").json() == numbers


def test_a_browser_with_numbers_of_its_own_is_spared_the_servers(api: f.Api, read: Read) -> None:
    path = f"reads/{read.pk}/operations/"
    answer = api.post(path, {"operations": f.contour_ops(read), "measure": False}).json()
    assert {row["outcome"] for row in answer["results"]} == {"applied"}
    assert answer["measurements"] is None
    assert not read.measurements.exists()
    assert api.get(f"reads/{read.pk}/measurements/").json()["edv_ml"] > 0
    refused = api.post(path, {"operations": [one_contour(read, base=1)], "measure": "no"})
    assert refused.status_code == 422
    assert (
        read.annotations.get(
            structure="lv_endo", sop_instance_uid=read.stack.addresses[1][0][1]
        ).version
        == 1
    )


def test_a_repeated_operation_is_answered_and_not_applied(api: f.Api, read: Read) -> None:
    operation = one_contour(read)
    assert save(api, read, operation)[0]["outcome"] == "applied"
    again = save(api, read, operation)[0]
    assert (again["outcome"], again["version"]) == ("duplicate", 1)
    assert Revision.objects.count() == 1
    twice = one_contour(read, base=1)
    results = save(api, read, twice, twice)
    assert [row["outcome"] for row in results] == ["applied", "duplicate"]
    assert Annotation.objects.get(read=read).version == 2


@pytest.mark.parametrize("base", [0, 1, 3, 99])
def test_a_stale_save_is_a_conflict_with_both_versions(api: f.Api, read: Read, base: int) -> None:
    save(api, read, one_contour(read), one_contour(read, base=1, radius=7.0))
    stale = one_contour(read, base=base, radius=5.0)
    result = save(api, read, stale)[0]
    assert (result["outcome"], result["code"], result["version"]) == (
        "conflict",
        "stale_version",
        2,
    )
    assert result["current"]["parts"] == [f.circle(40, 32, 7.0)]
    assert Annotation.objects.get(read=read).parts == [f.circle(40, 32, 7.0)]
    assert not Operation.objects.filter(op_id=stale["op_id"]).exists()


def test_a_conflict_leaves_the_rest_of_the_batch_standing(api: f.Api, read: Read) -> None:
    save(api, read, one_contour(read))
    other = {**one_contour(read), "structure": "rv_endo"}
    results = save(api, read, one_contour(read), other, f.answer_op("assessable", "no"))
    assert [row["outcome"] for row in results] == ["conflict", "applied", "applied"]


BAD = [
    ({"structure": "aorta"}, "unknown_structure"),
    ({"sop_instance_uid": "9.9.9"}, "unknown_frame"),
    ({"frame_number": 2}, "unknown_frame"),
    ({"parts": [[[0, 0], [500, 0], [0, 5]]]}, "outside_image"),
    ({"parts": [[[1, 1], [2, 2]]]}, "too_few_points"),
    ({"parts": [f.circle(40, 32, 9.0)] * 17}, "too_many_parts"),
    ({"parts": [f.circle(40, 32, 9.0) * 84]}, "too_many_points"),
]


@pytest.mark.parametrize(("change", "code"), BAD)
def test_a_contour_that_fits_nothing_is_refused_by_code(
    api: f.Api, read: Read, change: dict[str, Any], code: str
) -> None:
    result = save(api, read, {**one_contour(read), **change})[0]
    assert (result["outcome"], result["code"], result["current"]) == ("conflict", code, None)
    assert not Annotation.objects.exists()


def test_a_contour_of_too_many_parts_holds_nothing_else_back(api: f.Api, read: Read) -> None:
    noisy = {**one_contour(read), "parts": [f.circle(40, 32, 9.0)] * 17}
    after_it = one_contour(read, base=1)
    rv = {**one_contour(read), "structure": "rv_endo"}
    results = save(api, read, noisy, after_it, rv)
    assert [row["outcome"] for row in results] == ["conflict", "conflict", "applied"]
    assert results[0]["message"] == "A contour has at most 16 parts and holes."
    assert save(api, read, one_contour(read))[0]["outcome"] == "applied"


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (f.answer_op("shoe_size", "42"), "unknown_question"),
        (f.answer_op("class", "purple"), "unknown_answer"),
        (f.answer_op("class", 5), "unknown_answer"),
        (f.answer_op("reason", "x" * 2001), "unknown_answer"),
        (
            {"op_id": "p1", "kind": "pin", "name": "ed_phase", "value": 4, "base_version": 0},
            "unknown_phase",
        ),
        (
            {"op_id": "p2", "kind": "pin", "name": "ed_phase", "value": True, "base_version": 0},
            "unknown_phase",
        ),
        (
            {"op_id": "p3", "kind": "pin", "name": "noon", "value": 1, "base_version": 0},
            "unknown_phase",
        ),
    ],
)
def test_answers_and_pins_that_cannot_be_are_refused_by_code(
    api: f.Api, read: Read, operation: dict[str, Any], code: str
) -> None:
    assert save(api, read, operation)[0]["code"] == code


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"operations": "x"},
        {"operations": [1]},
        {"operations": [{"op_id": "", "kind": "contour"}]},
        {"operations": [{"op_id": "a", "kind": "dance", "base_version": 0}]},
        {"operations": [{"op_id": "a", "kind": "answer", "question": "class", "base_version": -1}]},
        {"operations": [{"op_id": "a", "kind": "answer", "question": "c\x00", "base_version": 0}]},
        {"operations": [{"op_id": "a", "kind": "state", "base_version": 0, "state": "auto"}]},
    ],
)
def test_a_malformed_batch_is_refused_whole(api: f.Api, read: Read, body: Any) -> None:
    answer = api.post(f"reads/{read.pk}/operations/", body or {"x": 1})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid_input"


@pytest.mark.parametrize("points", [[[1, 1], [2, 2], [3, None]], [[1, 1, 1]] * 3, "abc"])
def test_points_that_are_no_polygon_are_refused(api: f.Api, read: Read, points: list[Any]) -> None:
    operation = {**one_contour(read), "parts": [points]}
    answer = api.post(f"reads/{read.pk}/operations/", {"operations": [operation]})
    assert answer.status_code == 422
    assert not Annotation.objects.exists()


@pytest.mark.parametrize("change", [{"op_id": ""}, {"base_version": -1}, {"kind": "dance"}])
def test_a_batch_that_cannot_be_read_names_the_operation(
    api: f.Api, read: Read, change: dict[str, Any]
) -> None:
    rows = [one_contour(read), {**one_contour(read), **change}]
    answer = api.post(f"reads/{read.pk}/operations/", {"operations": rows})
    assert list(answer.json()["error"]["details"]) == ["operations.1"]


def test_more_than_a_thousand_operations_are_refused(api: f.Api, read: Read) -> None:
    rows = [f.answer_op("class", "normal") for _ in range(1001)]
    assert api.post(f"reads/{read.pk}/operations/", {"operations": rows}).status_code == 422


def test_deleting_keeps_the_version_counting(api: f.Api, read: Read) -> None:
    save(api, read, one_contour(read))
    gone = {**one_contour(read, base=1), "parts": None}
    assert save(api, read, gone)[0]["version"] == 2
    held = api.get(f"reads/{read.pk}/annotations/").json()["annotations"]
    assert [(row["parts"], row["version"]) for row in held] == [([], 2)]
    assert save(api, read, one_contour(read))[0]["outcome"] == "conflict"
    assert save(api, read, one_contour(read, base=2))[0]["version"] == 3


def test_revisions_are_linked_by_hash_and_name_their_author(api: f.Api, read: Read) -> None:
    save(api, read, one_contour(read), one_contour(read, base=1, radius=5.0))
    first, second = Revision.objects.order_by("version")
    assert second.prev_hash == first.hash
    assert len({first.prev_hash, first.hash, second.hash}) == 3
    assert {first.author_id, second.author_id} == {str(read.reader_id)}
    assert Annotation.objects.get(read=read).revision_hash == second.hash


def test_answers_and_pins_are_versioned(api: f.Api, read: Read) -> None:
    pin = {"op_id": "p", "kind": "pin", "name": "ed_phase", "value": 3, "base_version": 0}
    save(api, read, f.answer_op("class", "normal"), pin)
    stale = save(api, read, f.answer_op("class", "dilated"))[0]
    assert stale["current"] == {"question": "class", "value": "normal", "version": 1}
    assert save(api, read, f.answer_op("class", "dilated", base=1))[0]["version"] == 2
    held = api.get(f"reads/{read.pk}/annotations/").json()
    assert held["answers"] == [{"question": "class", "value": "dilated", "version": 2}]
    assert held["pins"] == [{"name": "ed_phase", "value": 3, "version": 1}]
    assert EntryRevision.objects.filter(entry__name="class").count() == 2


def test_a_pin_moves_the_phase_that_is_measured(api: f.Api, read: Read) -> None:
    save(api, read, *f.contour_ops(read, phases=(0, 1, 2)))
    pin = {"op_id": "p", "kind": "pin", "name": "ed_phase", "value": 1, "base_version": 0}
    before = api.get(f"reads/{read.pk}/measurements/").json()
    save(api, read, pin)
    after = api.get(f"reads/{read.pk}/measurements/").json()
    assert (before["ed_phase"], after["ed_phase"]) == (0, 1)
    assert after["edv_ml"] < before["edv_ml"]
    assert after["inputs_hash"] != before["inputs_hash"]


def test_a_draft_is_copied_accepted_and_edited(world: f.World, api: f.Api, read: Read) -> None:
    model = f.make_model()
    touched = store_draft(
        case=read.case, stack=read.stack, model_version=model, labels=f.labels(), by_job="job-1"
    )
    assert touched == [read.pk]
    held = api.get(f"reads/{read.pk}/annotations/").json()["annotations"]
    assert len(held) == f.SLICES * f.PHASES * 3
    assert {(r["origin"], r["state"], r["model"]) for r in held} == {
        ("ai", "auto", "cine-sax-test 1.0")
    }
    target = one_contour(read, base=1)
    accept = {
        **{k: v for k, v in target.items() if k != "parts"},
        "kind": "state",
        "state": "accepted",
    }
    assert save(api, read, accept)[0]["version"] == 2
    row = Annotation.objects.get(
        read=read, structure="lv_endo", sop_instance_uid=read.stack.addresses[1][0][1]
    )
    assert (row.origin, row.state) == ("ai", "accepted")
    assert save(api, read, one_contour(read, base=2))[0]["version"] == 3
    row.refresh_from_db()
    assert (row.origin, row.state, row.model_label) == ("ai", "edited", "cine-sax-test 1.0")


def test_a_newer_draft_leaves_a_persons_work_alone(world: f.World, api: f.Api, read: Read) -> None:
    old, new = f.make_model(), f.make_model(version="2.0")
    store_draft(case=read.case, stack=read.stack, model_version=old, labels=f.labels(), by_job="1")
    mine = one_contour(read, base=1, radius=4.0)
    save(api, read, mine)
    store_draft(
        case=read.case, stack=read.stack, model_version=new, labels=f.labels(1.1), by_job="2"
    )
    rows = Annotation.objects.filter(read=read)
    edited = rows.get(structure="lv_endo", sop_instance_uid=read.stack.addresses[1][0][1])
    assert (edited.parts, edited.version) == (mine["parts"], 2)
    others = rows.exclude(pk=edited.pk)
    assert {(row.version, row.model_label) for row in others} == {(2, "cine-sax-test 2.0")}


def test_the_same_draft_twice_changes_nothing(world: f.World, read: Read) -> None:
    model = f.make_model()
    for job in ("1", "2"):
        touched = store_draft(
            case=read.case, stack=read.stack, model_version=model, labels=f.labels(), by_job=job
        )
    assert touched == []
    assert {row.version for row in Annotation.objects.all()} == {1}


def test_a_read_assigned_after_the_draft_starts_with_it(world: f.World, read: Read) -> None:
    store_draft(
        case=read.case,
        stack=read.stack,
        model_version=f.make_model(),
        labels=f.labels(),
        by_job="1",
    )
    (later,) = world.assign(read.case, world.reader_b)
    assert Annotation.objects.filter(read=later, state="auto").count() == f.SLICES * f.PHASES * 3
    assert later.draft_source is not None


def test_a_protocol_that_hides_the_ai_hides_the_draft(db: None) -> None:
    world = f.make_world(ai_visible=False, slug="blind")
    case = f.make_case(world.project, "C-1")
    (read,) = world.assign(case, world.reader_a)
    touched = store_draft(
        case=case, stack=read.stack, model_version=f.make_model(), labels=f.labels(), by_job="1"
    )
    assert touched == []
    api = f.Api(world.reader_a)
    assert api.get(f"reads/{read.pk}/annotations/").json()["annotations"] == []
    shown = api.get(f"reads/{read.pk}/").json()
    assert shown["draft"] == {"state": "none", "job_id": None, "model": None, "flags": []}


def test_one_audit_row_per_batch_and_none_for_repeats(
    world: f.World, api: f.Api, read: Read
) -> None:
    operations = f.contour_ops(read)
    save(api, read, *operations)
    save(api, read, *operations)
    rows = AuditEvent.objects.filter(action="read.saved")
    assert [(row.actor_id, row.details) for row in rows] == [
        (str(world.reader_a.pk), {"operations": len(operations)})
    ]


def test_nothing_is_saved_when_the_audit_fails(
    api: f.Api, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**kwargs: Any) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("portal.annotations.services.operations.record_in_project", broken)
    api.client.raise_request_exception = False
    answer = api.post(f"reads/{read.pk}/operations/", {"operations": f.contour_ops(read)})
    assert answer.status_code == 500
    assert not Annotation.objects.exists()
    assert not Revision.objects.exists()
    assert not Operation.objects.exists()
    assert Read.objects.get(pk=read.pk).state == "assigned"


def test_only_its_reader_saves_into_a_read(world: f.World, read: Read) -> None:
    for person in (world.reader_b, world.coordinator, world.adjudicator, world.owner, world.admin):
        answer = f.Api(person).post(
            f"reads/{read.pk}/operations/", {"operations": f.contour_ops(read)}
        )
        assert answer.status_code == 404, person.display_name
    assert f.Api(None).get(f"reads/{read.pk}/").status_code == 401

"""What is drawn beside the short axis takes no part in agreement, settling, references, drift."""

import pytest

from portal.adjudication.selectors import readings_of
from portal.annotations.models import Annotation
from portal.annotations.services.drafts import store_draft
from portal.cases.models import Case
from portal.modelhub.models import DriftSample, SampleKind
from portal.modelhub.services.sampling import take_samples
from portal.reads.models import Read, ReadPurpose
from tests.factories import beside as b
from tests.factories import reading as f
from tests.factories.settling import begin, decide, opened, read_by, with_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world: f.World) -> Case:
    """With a four-chamber cine that is drafted, so that every read has contours there."""
    with_rules(world)
    b.ask_for(world, series=b.LONG_AXES, structures=b.ATRIA)
    case = f.make_case(world.project, "C-1")
    stack = b.add_stack(case, "4CH")
    model = f.make_model("lax-test")
    store_draft(case=case, stack=stack, model_version=model, labels=f.labels(2.0), by_job="1")
    return case


def beside(case: Case) -> set[str]:
    return {address[1] for row in b.stack_of(case, "4CH").addresses for address in row}


def test_the_whole_case_is_settled_without_it(world: f.World, case: Case) -> None:
    elsewhere = beside(case)
    for read in read_by(world, case, 1.0, 1.1, 1.4):
        assert Annotation.objects.filter(read=read, sop_instance_uid__in=elsewhere).exists()
    row = opened(case)
    for reading in readings_of(row):
        drawn = {a.sop_instance_uid for a in reading.contents.annotations}
        assert drawn, reading.key
        assert not drawn & elsewhere
    api = begin(world, row)
    detail = api.get(f"adjudications/{row.pk}/").json()
    codes = [s["code"] for s in detail["protocol"]["structures"]]
    assert codes == ["lv_endo", "lv_epi", "rv_endo"]
    merged = decide(api, row, "majority")
    assert merged.status_code == 200, merged.content
    assert len(merged.json()["decisions"]) == f.SLICES * 2 * 3
    read_id = opened(case).read_id
    answers = [f.answer_op("assessable", "yes"), f.answer_op("class", "normal")]
    api.post(f"reads/{read_id}/operations/", {"operations": answers})
    contents = api.get(f"reads/{read_id}/annotations/").json()
    body = {"op_id": "s", "password": f.PASSWORD, "meaning": "m", "freezes": f.freezes_of(contents)}
    assert api.post(f"adjudications/{row.pk}/sign/", body).status_code == 200
    assert not Annotation.objects.filter(read=read_id, sop_instance_uid__in=elsewhere).exists()


def test_the_adjudicator_draws_on_the_short_axis_alone(world: f.World, case: Case) -> None:
    read_by(world, case, 1.0, 1.1, 1.4)
    row = opened(case)
    api = begin(world, row)
    operation = {
        "op_id": f.op_id(),
        "kind": "contour",
        "structure": "la",
        "sop_instance_uid": sorted(beside(case))[0],
        "frame_number": 1,
        "base_version": 0,
        "parts": [f.circle(20, 20, 5)],
    }
    body = {"operations": [operation]}
    answer = api.post(f"reads/{opened(case).read_id}/operations/", body).json()
    assert answer["results"][0]["code"] == "unknown_frame"


def test_numbers_of_the_short_axis_are_what_they_were(world: f.World, case: Case) -> None:
    other = f.make_case(world.project, "C-2")
    (with_it,) = world.assign(case, world.reader_a)
    (without,) = world.assign(other, world.reader_a)
    numbers = []
    for read in (with_it, without):
        api, answer = f.read_through(world.reader_a, read)
        assert answer.status_code == 200, answer.content
        found = api.get(f"reads/{read.pk}/measurements/").json()
        numbers.append({name: v for name, v in found.items() if name != "inputs_hash"})
    assert numbers[0] == numbers[1]


def test_drift_looks_at_drafts_of_the_short_axis_alone(world: f.World, case: Case) -> None:
    read_by(world, case, 1.0, 1.1, 1.4)
    stack = b.stack_of(case, "SAX")
    store_draft(case=case, stack=stack, model_version=f.make_model(), labels=f.labels(), by_job="2")
    take_samples()
    drafts = Read.objects.filter(case=case, purpose=ReadPurpose.DRAFT)
    assert drafts.count() == 2
    sampled = DriftSample.objects.filter(kind=SampleKind.OUTPUT).values_list("source_id", flat=True)
    assert list(sampled) == [drafts.get(stack=stack).pk]

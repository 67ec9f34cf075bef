"""Any number of readings: comparing, and the rules that open a case."""

from typing import Any

import pytest

from portal.adjudication.services.grounds import is_audited
from portal.agreement.models import Comparison
from portal.agreement.services.comparing import compare_readings, drawn_by_lot
from portal.cases.models import Case
from portal.jobs.models import Job
from portal.protocols.models import ProtocolVersion
from portal.reads.models import Read
from portal.reporting.page import Page
from portal.reporting.services import reports
from tests.factories import reading as f
from tests.factories.settling import begin, codes, opened, read_by, with_rules

pytestmark = pytest.mark.django_db


# ---- comparing


def test_three_readings_are_compared_in_all_pairs(world: f.World) -> None:
    with_rules(world)
    case = f.make_case(world.project, "C-1")
    reads = read_by(world, case, 1.0, 1.1, 1.4)
    row = opened(case)
    assert row.kind == "disagreement"
    values = row.comparison.values
    assert [r["label"] for r in values["readings"]] == ["Blue", "Orange", "Teal"]
    assert {(p["first"], p["second"]) for p in values["pairs"]} == {
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
    }
    edv = next(d for d in values["differences"] if d["name"] == "edv_ml")
    held = list(edv["values"].values())
    assert edv["spread"] == pytest.approx(max(held) - min(held))
    deltas = [
        d["delta"] for p in values["pairs"] for d in p["differences"] if d["name"] == "edv_ml"
    ]
    assert max(map(abs, deltas)) == pytest.approx(edv["spread"])
    lowest = next(d for d in values["dice"] if d["structure"] == "lv_endo")["pooled"]
    pooled = [
        d["pooled"] for p in values["pairs"] for d in p["dice"] if d["structure"] == "lv_endo"
    ]
    assert lowest == min(pooled) < max(pooled)
    kept = {r.key: r.read_id for r in row.comparison.readings.all()}
    assert set(kept.values()) == {read.pk for read in reads}


def test_colours_are_drawn_by_lot_and_kept(world: f.World) -> None:
    """Of 60 draws of two readers all fall the same way once in 10^18."""
    case = f.make_case(world.project, "C-1")
    reads = list(world.assign_both(case))
    assert {drawn_by_lot(reads)["a"].pk for _ in range(60)} == {read.pk for read in reads}
    for person, read in zip((world.reader_a, world.reader_b), reads, strict=True):
        f.read_through_plain(person, read)
    row = Comparison.objects.get(case=case)
    for again in (reads, reads[::-1]):
        assert compare_readings([f.full(read) for read in again]).pk == row.pk


def test_one_reading_is_confirmed_by_a_person(
    world: f.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_rules(world, reads=1)
    case = f.make_case(world.project, "C-1")
    (read,) = read_by(world, case, 1.0)
    row = opened(case)
    assert (row.kind, row.comparison.values["pairs"]) == ("confirmation", [])
    api = begin(world, row)
    row.refresh_from_db()
    assert row.read is not None
    mine = {(a.structure, a.sop_instance_uid): a.parts for a in row.read.annotations.all()}
    theirs = {(a.structure, a.sop_instance_uid): a.parts for a in read.annotations.all()}
    assert mine == theirs  # proposed by the rule; the person signs
    contents = api.get(f"reads/{row.read_id}/annotations/").json()
    body = {"op_id": "s", "password": f.PASSWORD, "meaning": "m", "freezes": f.freezes_of(contents)}
    assert api.post(f"adjudications/{row.pk}/sign/", body).status_code == 200
    pages: list[Page] = []

    def drawn(page: Page) -> bytes:
        pages.append(page)
        return b"%PDF"

    monkeypatch.setattr(reports, "draw_page", drawn)
    assert api.get(f"projects/{world.slug}/cases/{case.pk}/reference/report.pdf").status_code == 200
    assert pages[0].method[-1] == "One reading; confirmed"


# ---- what opens a case


def test_ef_on_both_sides_of_a_threshold_opens_a_case(world: f.World) -> None:
    """EF of the phantom is 64 %; a reader whose ES is drawn larger has less."""
    with_rules(world, reads=2, bands=False, ef_crossing=[35, 60])
    case = f.make_case(world.project, "C-1")
    a, b = world.assign_both(case)
    f.read_through(world.reader_a, a)
    operations = [
        *f.contour_ops(b, phases=(0,)),
        *[{**op, "sop_instance_uid": es} for op, es in _es_from(b, scale=1.15)],
        f.answer_op("assessable", "yes"),
        f.answer_op("class", "normal"),
    ]
    api = f.Api(world.reader_b)
    api.post(f"reads/{b.pk}/operations/", {"operations": operations})
    assert f.submit(api, b.pk).status_code == 200
    row = opened(case)
    (why,) = row.reasons
    assert why["code"] == "ef_crossing"
    assert why["numbers"]["threshold"] == 60
    assert why["numbers"]["lowest"] < 60 <= why["numbers"]["highest"]
    case.refresh_from_db()
    assert case.state == "adjudicating"


def _es_from(read: Read, scale: float) -> list[tuple[dict[str, Any], str]]:
    return [(op, op["sop_instance_uid"]) for op in f.contour_ops(read, phases=(2,), scale=scale)]


def test_rules_that_are_off_open_nothing(world: f.World) -> None:
    with_rules(world, reads=2, bands=False, class_discord=False)
    case = f.make_case(world.project, "C-1")
    read_by(world, case, 1.0, 1.6, classes=("normal", "dilated"))
    assert opened(case).kind == "confirmation"


def test_a_missing_structure_opens_a_case(world: f.World) -> None:
    with_rules(world, reads=2, missing_structure=True)
    case = f.make_case(world.project, "C-1")
    a, b = world.assign_both(case)
    f.read_through(world.reader_a, a)
    operations = [op for op in f.contour_ops(b) if op["structure"] != "rv_endo"]
    answers = [f.answer_op("assessable", "yes"), f.answer_op("class", "normal")]
    api = f.Api(world.reader_b)
    api.post(f"reads/{b.pk}/operations/", {"operations": [*operations, *answers]})
    assert f.submit(api, b.pk).status_code == 200
    (why,) = opened(case).reasons
    assert (why["code"], why["numbers"]["structure"]) == ("missing_structure", "rv_endo")
    assert why["message"] == "RV endocardium is missing in 1 of 2 readings."


def test_a_poor_draft_opens_a_case_and_the_list_is_filtered_by_reason(world: f.World) -> None:
    with_rules(world, reads=2, low_quality=True)
    poor, good = (f.make_case(world.project, label) for label in ("poor", "good"))
    stack = poor.studies.get().stacks.get()
    Job.objects.create(
        project=world.project,
        case=poor,
        kind="segment",
        title="draft",
        state="succeeded",
        payload={"stack": str(stack.pk)},
        output={
            "findings": [{"code": "draft_unsure", "message": "m", "severity": "warning"}],
            "predicted_dice": {"lv_endo": {"ed": 0.9, "es": 0.61}, "rv_endo": {"ed": None}},
        },
        finished_at="2026-01-01T00:00:00Z",
    )
    for case in (poor, good):
        read_by(world, case, 1.0, 1.0)
    (why,) = opened(poor).reasons
    assert (why["code"], why["numbers"]["expected_dice"]) == ("low_quality", 0.61)
    assert opened(good).reasons == []
    api = f.Api(world.adjudicator)
    listed = api.get(f"projects/{world.slug}/adjudications/?reason=low_quality").json()
    assert [row["case"]["label"] for row in listed["results"]] == ["poor"]
    assert api.get(f"projects/{world.slug}/adjudications/?reason=band").json()["count"] == 0
    assert api.get(f"projects/{world.slug}/adjudications/?reason=odd").status_code == 422


def test_the_draw_for_audit_is_fair_and_can_not_be_drawn_again(world: f.World) -> None:
    version = with_rules(world, reads=2, audit_share=1.0)
    case = f.make_case(world.project, "C-1")
    read_by(world, case, 1.0, 1.0)
    assert codes(opened(case)) == {"audit"}
    cases = [Case(project=world.project, label=str(n)) for n in range(2000)]
    drawn = [is_audited(c, version, 0.2) for c in cases]
    assert 320 <= sum(drawn) <= 480  # 400 ± 4.5 standard deviations
    amended = ProtocolVersion(protocol=version.protocol, number=2)
    assert drawn == [is_audited(c, amended, 0.2) for c in cases]
    assert not any(is_audited(c, version, 0.0) for c in cases)


def test_the_draw_hangs_on_the_installations_key(world: f.World, settings: Any) -> None:
    version = with_rules(world)
    cases = [Case(project=world.project, label=str(n)) for n in range(200)]
    before = [is_audited(c, version, 0.5) for c in cases]
    settings.ACCORD_PSEUDONYM_KEY = "another"
    assert before != [is_audited(c, version, 0.5) for c in cases]

"""Deciding by cell, undoing, merging, and what tells nothing of who read."""

from typing import Any

import pytest

from cmrkit.geometry import polygon_area_px
from portal.adjudication.models import Decision
from portal.annotations.models import Annotation
from portal.annotations.services.drafts import store_draft
from tests.factories import reading as f
from tests.factories.settling import CELL, begin, decide, frame, opened, read_by, with_rules

pytestmark = pytest.mark.django_db


# ---- deciding


def test_a_cell_is_merged_by_majority_and_undone(world: f.World) -> None:
    with_rules(world)
    case = f.make_case(world.project, "C-1")
    reads = read_by(world, case, 1.0, 1.1, 1.4)
    row = opened(case)
    api = begin(world, row)
    at = {"frames": [frame(reads[0])], "structures": ["lv_endo"]}
    answer = decide(api, row, "majority", **at, reason="papillary")
    assert answer.status_code == 200, answer.content
    (kept,) = answer.json()["decisions"]
    assert (kept["source"], kept["reason"], kept["version"]) == ("majority", "papillary", 1)
    middle = Annotation.objects.get(read=reads[1], **_cell(kept))
    mine = Annotation.objects.get(read=row.read_id or opened(case).read_id, **_cell(kept))
    assert _area(mine.parts) == pytest.approx(_area(middle.parts), rel=0.02)
    assert mine.state == "accepted"
    # another decision of the same cell takes its place; undoing brings the first one back
    second = decide(api, row, "a", **at).json()["decisions"]
    assert [d["source"] for d in second] == ["a"]
    body = {"op_id": "u", "decisions": [{"id": second[0]["id"], "version": second[0]["version"]}]}
    undone = api.post(f"adjudications/{row.pk}/undo/", body).json()
    assert [(d["source"], d["version"]) for d in undone["decisions"]] == [("majority", 3)]
    mine.refresh_from_db()
    assert mine.version == 3
    assert _area(mine.parts) == pytest.approx(_area(middle.parts), rel=0.02)
    again = api.post(f"adjudications/{row.pk}/undo/", body)
    assert again.status_code == 200
    gone = api.post(f"adjudications/{row.pk}/undo/", {**body, "op_id": "u2"})
    assert (gone.status_code, gone.json()["error"]["code"]) == (409, "decision_gone")
    first = {"op_id": "u3", "decisions": [{"id": kept["id"], "version": 3}]}
    assert api.post(f"adjudications/{row.pk}/undo/", first).json()["decisions"] == []
    mine.refresh_from_db()
    assert mine.parts == []
    assert Decision.objects.filter(adjudication=row, undone_at__isnull=False).count() == 2


def _cell(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in CELL}


def _area(parts: Any) -> float:
    return polygon_area_px(parts)


def test_a_decision_on_what_was_changed_since_is_refused(world: f.World) -> None:
    with_rules(world)
    case = f.make_case(world.project, "C-1")
    reads = read_by(world, case, 1.0, 1.1, 1.4)
    row = opened(case)
    api = begin(world, row)
    at = {"frames": [frame(reads[0])], "structures": ["lv_endo"]}
    seen = [{"structure": "lv_endo", **frame(reads[0]), "version": 0}]
    assert decide(api, row, "staple", **at, seen=seen).status_code == 200
    stale = decide(api, row, "b", **at, seen=seen)
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "decision_stale")
    assert stale.json()["error"]["details"]["stale"][0]["held"] == 1
    fresh = [{**seen[0], "version": 1}]
    assert decide(api, row, "b", **at, seen=fresh).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"source": "d"}, "source"),
        ({"source": "nobody"}, "source"),
        ({"source": "a", "reason": ""}, "reason"),
        ({"source": "a", "reason": "other"}, "note"),
        ({"source": "a", "structures": ["spleen"]}, "structures"),
        ({"source": "a", "frames": [{"sop_instance_uid": "9.9", "frame_number": 1}]}, "frames"),
    ],
)
def test_decisions_that_can_not_be(world: f.World, body: dict[str, Any], field: str) -> None:
    case = f.make_case(world.project, "C-1")
    a, b = world.assign_both(case)
    f.read_through(world.reader_a, a)
    f.read_through(world.reader_b, b, class_="dilated")
    row = opened(case)
    api = begin(world, row)
    answer = decide(api, row, **body)
    assert answer.status_code == 422
    assert field in answer.json()["error"]["details"]


def test_the_whole_case_is_merged_decided_and_signed_with_its_reasons(world: f.World) -> None:
    with_rules(world)
    case = f.make_case(world.project, "C-1")
    reads = read_by(world, case, 1.0, 1.1, 1.4)
    row = opened(case)
    api = begin(world, row)
    merged = decide(api, row, "majority").json()
    assert len(merged["decisions"]) == f.SLICES * 2 * 3
    mine = frame(reads[0], 1)
    decide(api, row, "mine", frames=[mine], reason="other", note="seen by echo")
    read_id = opened(case).read_id
    answers = [f.answer_op("assessable", "yes"), f.answer_op("class", "normal")]
    api.post(f"reads/{read_id}/operations/", {"operations": answers})
    contents = api.get(f"reads/{read_id}/annotations/").json()
    body = {"op_id": "s", "password": f.PASSWORD, "meaning": "m", "freezes": f.freezes_of(contents)}
    signed = api.post(f"adjudications/{row.pk}/sign/", body)
    assert signed.status_code == 200, signed.content
    content = api.get(f"projects/{world.slug}/cases/{case.pk}/reference/").json()["content"]
    assert content["adjudication"]["reasons"] == ["band"]
    assert len(content["decisions"]) == f.SLICES * 2 * 3
    own = [d for d in content["decisions"] if d["source"] == "mine"]
    assert {d["note"] for d in own} == {"seen by echo"}
    assert {d["structure"] for d in own} == {"lv_endo", "lv_epi", "rv_endo"}
    assert decide(api, row, "a").status_code == 409  # not after the signature


# ---- the AI among the readings


def test_nothing_tells_which_reading_is_the_ais_before_the_signature(world: f.World) -> None:
    with_rules(world, reads=2, compare_model=True)
    case = f.make_case(world.project, "C-1")
    reads = world.assign_both(case)
    model = f.make_model()
    store_draft(
        case=case, stack=reads[0].stack, model_version=model, labels=f.labels(1.4), by_job="1"
    )
    f.read_through_drafted(world.reader_a, reads[0])
    f.read_through_drafted(world.reader_b, reads[1], class_="dilated")
    row = opened(case)
    assert row.comparison.readings.count() == 3
    api = begin(world, row)
    detail = api.get(f"adjudications/{row.pk}/")
    body = detail.json()
    assert body["readers_masked"]
    assert [r["label"] for r in body["readings"]] == ["Blue", "Orange", "Teal"]
    for secret in (model.name, model.reader.label, str(model.reader.pk), '"origin":"ai"'):
        assert secret.encode() not in detail.content
    shapes = {
        (
            frozenset(r),
            len(r["annotations"]),
            tuple(sorted({(a["origin"], a["state"], a["version"]) for a in r["annotations"]})),
            len(r["answers"]),
            len(r["pins"]),
            tuple(v is None for v in r["measurements"]["lv_volume_ml"]),
            tuple(r["measurements"]["notes"]),
        )
        for r in body["readings"]
    }
    assert len(shapes) == 1  # all readings look alike
    asked = next(a for a in body["agreement"]["answers"] if a["question"] == "class")
    assert (asked["values"], {t["count"] for t in asked["tally"]}) == ({}, {1})
    page = api.get(f"projects/{world.slug}/cases/{case.pk}/agreement/").json()
    assert page["answers"] == body["agreement"]["answers"]
    # what is taken from it doesn't tell either; the signed record does
    ai = row.comparison.readings.get(read__reader=model.reader).key
    taken = decide(api, row, ai).json()
    assert {(a["origin"], a["model"]) for a in taken["annotations"]} == {("manual", None)}
    read_id = opened(case).read_id
    answers = [f.answer_op("assessable", "yes"), f.answer_op("class", "normal")]
    api.post(f"reads/{read_id}/operations/", {"operations": answers})
    contents = api.get(f"reads/{read_id}/annotations/").json()
    signing = {"op_id": "s", "password": f.PASSWORD, "meaning": "m"}
    answer = api.post(
        f"adjudications/{row.pk}/sign/", {**signing, "freezes": f.freezes_of(contents)}
    )
    assert answer.status_code == 200, answer.content
    content = api.get(f"projects/{world.slug}/cases/{case.pk}/reference/").json()["content"]
    assert {label["origin"] for label in content["labels"]} == {"ai"}
    named = api.get(f"adjudications/{row.pk}/").json()
    assert not named["readers_masked"]
    assert {r["reader"]["kind"] for r in named["readings"]} == {"person", "model"}


def test_readers_stand_on_the_desk_where_the_protocol_is_not_double_blind(world: f.World) -> None:
    version = with_rules(world, reads=2)
    version.rules["double_blind"] = False
    version.save()
    case = f.make_case(world.project, "C-1")
    read_by(world, case, 1.0, 1.6)
    body = f.Api(world.adjudicator).get(f"adjudications/{opened(case).pk}/").json()
    assert {r["reader"]["label"] for r in body["readings"]} == {
        world.reader_a.display_name,
        world.reader_b.display_name,
    }

"""First the own opinion, then the AI: nothing of it before, what changed is recorded."""

from typing import Any

import pytest

from portal.annotations.services.drafts import store_draft
from portal.audit.models import AuditEvent
from portal.reads.models import FirstOpinion, Read
from tests.factories import reading as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def reads(world: f.World) -> tuple[Read, Read]:
    f.set_rules(world, ai="after_first")
    case = f.make_case(world.project, "C-1")
    pair = world.assign_both(case)
    store_draft(
        case=case,
        stack=pair[0].stack,
        model_version=f.make_model(),
        labels=f.labels(),
        by_job="1",
    )
    return pair


def first(api: f.Api, read: Read, op_id: str = "first") -> Any:
    contents = api.get(f"reads/{read.pk}/annotations/").json()
    body = {"op_id": op_id, "freezes": f.freezes_of(contents)}
    return api.post(f"reads/{read.pk}/first-opinion/", body)


def read_first(world: f.World, read: Read, *, scale: float = 1.0) -> f.Api:
    api = f.Api(world.reader_a)
    operations = [*f.contour_ops(read, scale=scale), f.answer_op("assessable", "yes")]
    operations.append(f.answer_op("class", "normal"))
    api.post(f"reads/{read.pk}/operations/", {"operations": operations})
    return api


def final(api: f.Api, read: Read, **more: Any) -> Any:
    contents = api.get(f"reads/{read.pk}/annotations/").json()
    body = {"op_id": f.op_id(), "freezes": f.freezes_of(contents), **more}
    return api.post(f"reads/{read.pk}/submit/", body)


def test_nothing_of_the_ai_before_and_all_after(world: f.World, reads: tuple[Read, Read]) -> None:
    read = reads[0]
    api = read_first(world, read)
    shown = api.get(f"reads/{read.pk}/").json()
    assert (shown["first_opinion"], shown["ai_visible"]) == ("due", False)
    assert shown["draft"]["state"] == "none"
    assert api.get(f"reads/{read.pk}/ai/").status_code == 404
    assert "ai" not in {
        row["origin"] for row in api.get(f"reads/{read.pk}/annotations/").json()["annotations"]
    }
    assert api.post(f"reads/{read.pk}/segment-frame/", {"slice": 0, "phase": 0}).status_code == 409
    given = first(api, read)
    assert given.status_code == 200, given.content
    assert (given.json()["first_opinion"], given.json()["ai_visible"]) == ("given", True)
    assert given.json()["draft"]["state"] == "ready"
    ai = api.get(f"reads/{read.pk}/ai/").json()
    assert ai["model"] == "cine-sax-test 1.0"
    assert ai["numbers"]["edv_ml"] is not None
    assert ai["contours"]
    rows = api.get(f"reads/{read.pk}/annotations/").json()["annotations"]
    assert "ai" in {row["origin"] for row in rows}  # on frames that the reader left empty
    assert {r["origin"] for r in rows if r["state"] != "auto"} == {"manual"}
    # the other reader, who has not given theirs, sees nothing of it
    other = f.Api(world.reader_b)
    assert other.get(f"reads/{reads[1].pk}/ai/").status_code == 404
    assert other.get(f"reads/{reads[1].pk}/").json()["draft"]["state"] == "none"
    assert AuditEvent.objects.filter(action="read.first_opinion").count() == 1


def test_asked_twice_it_is_given_once(world: f.World, reads: tuple[Read, Read]) -> None:
    api = read_first(world, reads[0])
    assert [first(api, reads[0]).status_code for _ in range(2)] == [200, 200]
    assert FirstOpinion.objects.count() == 1
    again = first(api, reads[0], "other")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "no_first_opinion")


def test_the_final_reading_comes_after_the_first(world: f.World, reads: tuple[Read, Read]) -> None:
    api = read_first(world, reads[0])
    early = final(api, reads[0])
    assert (early.status_code, early.json()["error"]["code"]) == (409, "first_opinion_missing")
    assert first(api, reads[0]).status_code == 200
    assert final(api, reads[0]).status_code == 200
    change = FirstOpinion.objects.get().change
    assert change == {"numbers": {}, "answers": [], "beyond": [], "contours": 0}


def test_an_incomplete_first_opinion_is_none(world: f.World, reads: tuple[Read, Read]) -> None:
    answer = first(f.Api(world.reader_a), reads[0])
    assert answer.status_code in (409, 422)
    assert not FirstOpinion.objects.exists()
    assert f.Api(world.reader_a).get(f"reads/{reads[0].pk}/ai/").status_code == 404


def test_a_change_beyond_the_limits_needs_a_reason(
    world: f.World, reads: tuple[Read, Read]
) -> None:
    """By hand: radii grow by 1.3, so areas and volumes by 1.69; the EF stays what it was."""
    read = reads[0]
    api = read_first(world, read)
    first(api, read)
    before = FirstOpinion.objects.get().numbers
    larger = f.contour_ops(read, scale=1.3, base=1)
    larger.append(f.answer_op("class", "dilated", base=1))
    saved = api.post(f"reads/{read.pk}/operations/", {"operations": larger}).json()
    assert {row["outcome"] for row in saved["results"]} == {"applied"}
    refused = final(api, read)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "reason_needed")
    assert "class" in refused.json()["error"]["details"]["beyond"]
    assert final(api, read, reason="The AI showed the apex.").status_code == 200
    row = FirstOpinion.objects.get()
    assert row.reason == "The AI showed the apex."
    assert row.change["numbers"]["edv_ml"]["after"] == pytest.approx(
        1.69 * before["edv_ml"], rel=0.01
    )
    assert "ef_percent" not in row.change["beyond"]
    assert {"edv_ml", "class"} <= set(row.change["beyond"])
    assert row.change["answers"] == [{"question": "class", "before": "normal", "after": "dilated"}]
    assert row.change["contours"] == len(larger) - 1


def test_the_coordinator_sees_it_when_all_reads_are_in(
    world: f.World, reads: tuple[Read, Read]
) -> None:
    boss = f.Api(world.coordinator)
    address = f"projects/{world.slug}/first-opinions/"
    api = read_first(world, reads[0])
    first(api, reads[0])
    api.post(
        f"reads/{reads[0].pk}/operations/", {"operations": [f.answer_op("class", "infarct", 1)]}
    )
    assert final(api, reads[0], reason="=scar seen").status_code == 200
    assert boss.get(address).json() == []
    other = f.Api(world.reader_b)
    answers = [f.answer_op("assessable", "no"), f.answer_op("reason", "motion")]
    other.post(f"reads/{reads[1].pk}/operations/", {"operations": answers})
    assert first(other, reads[1]).status_code == 200
    assert final(other, reads[1]).status_code == 200
    rows = {row["reader"]: row for row in boss.get(address).json()}
    mine = rows["Zephyrine Aquila"]
    assert mine["beyond"] == ["class"]
    assert mine["time_to_final_s"] >= 0
    assert mine["time_to_first_s"] >= 0
    assert rows["Bela Reader"]["answers"] == []
    table = boss.get(f"{address}export/").content.decode()
    assert "C-1,Zephyrine Aquila" in table
    assert "'=scar seen" in table  # no formula for a spreadsheet


def test_other_protocols_have_none(world: f.World) -> None:
    (read,) = world.assign(f.make_case(world.project, "C-1"), world.reader_a)
    api = read_first(world, read)
    assert api.get(f"reads/{read.pk}/").json()["first_opinion"] == "none"
    assert first(api, read).json()["error"]["code"] == "no_first_opinion"

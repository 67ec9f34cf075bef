"""Landmarks that a draft proposes: where the protocol asks for them, until a person says more."""

from typing import Any

import pytest
from django.db import transaction

from cmrkit.volumes.landmarks import Landmark
from portal.annotations.selectors import contents_of
from portal.annotations.services.copying import write_contents
from portal.annotations.services.drafts import store_draft
from portal.reads.models import Read
from tests.factories import reading as f
from tests.integration.test_operations import api, read, save
from tests.integration.test_world_objects import an_object, put

__all__ = ["api", "read"]  # fixtures
pytestmark = pytest.mark.django_db

ANTERIOR = Landmark("rv_insertion_anterior", 1, 0, (20.0, 30.0))
MARKS = [
    ANTERIOR,
    Landmark("rv_insertion_inferior", 1, 0, (20.0, 40.0)),
    Landmark("rv_insertion_anterior", 99, 0, (20.0, 30.0)),
    Landmark("wombat", 1, 0, (20.0, 30.0)),
]
QUESTION = {
    "code": "insertion",
    "title": "Anterior insertion of the RV",
    "kind": "landmark",
    "landmark": "rv_insertion_anterior",
    "options": [],
    "required": False,
    "visible_if": None,
}


@pytest.fixture
def asking(read: Read) -> Read:
    """A read whose protocol asks for the anterior insertion, and for no other landmark."""
    version = read.protocol_version
    version.rules = {**version.rules, "questions": [*version.rules["questions"], QUESTION]}
    version.save(update_fields=["rules"])
    return read


def draft(read: Read, *marks: Landmark, version: str = "1.0", job: str = "1") -> None:
    store_draft(
        case=read.case,
        stack=read.stack,
        model_version=f.make_model(version=version),
        labels=f.labels(),
        by_job=job,
        landmarks=marks,
    )


def objects(api: f.Api, read: Read) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = api.get(f"reads/{read.pk}/annotations/").json()["objects"]
    return rows


def test_what_the_protocol_asks_for_is_proposed(api: f.Api, asking: Read) -> None:
    draft(asking, *MARKS)
    (row,) = objects(api, asking)
    assert row["version"] == 1
    assert row["object"] == {
        "type": "landmark",
        "code": "rv_insertion_anterior",
        "label": "",
        "points_lps_mm": [[20.0 * f.SPACING_MM, 30.0 * f.SPACING_MM, f.SLICE_SPACING_MM]],
        "frame_of_reference_uid": f.names_of(asking).uid("1.2.3"),
        "stack_id": f.stack_id(asking),
        "sop_instance_uid": f.frame_uid(asking, 1, 0),
        "frame_number": 1,
        "proposed_by": "cine-sax-test 1.0",
    }


def test_a_protocol_that_asks_for_none_gets_none(api: f.Api, read: Read) -> None:
    draft(read, *MARKS)
    assert objects(api, read) == []


def test_a_reader_who_reads_without_the_ai_gets_none(world: f.World) -> None:
    blind = f.make_world(ai_visible=False, slug="blind")
    (theirs,) = blind.assign(f.make_case(blind.project, "B-1"), blind.reader_a)
    version = theirs.protocol_version
    version.rules = {**version.rules, "questions": [*version.rules["questions"], QUESTION]}
    version.save(update_fields=["rules"])
    draft(theirs, *MARKS)
    assert objects(f.Api(blind.reader_a), theirs) == []


def test_a_newer_draft_moves_a_proposal_and_takes_it_away(api: f.Api, asking: Read) -> None:
    draft(asking, ANTERIOR)
    draft(asking, Landmark(ANTERIOR.code, 1, 0, (22.0, 30.0)), version="2.0", job="2")
    (row,) = objects(api, asking)
    assert row["object"]["points_lps_mm"][0][0] == 22.0 * f.SPACING_MM
    assert (row["version"], row["object"]["proposed_by"]) == (2, "cine-sax-test 2.0")
    draft(asking, version="3.0", job="3")
    assert [r["object"] for r in objects(api, asking)] == [None]
    draft(asking, ANTERIOR, version="4.0", job="4")
    assert objects(api, asking)[0]["object"]["proposed_by"] == "cine-sax-test 4.0"


def test_what_a_reader_accepted_moved_or_removed_stays(api: f.Api, asking: Read) -> None:
    draft(asking, ANTERIOR)
    (row,) = objects(api, asking)
    proposal = row["object"]
    accepted = {k: v for k, v in proposal.items() if k != "proposed_by"}
    assert save(api, asking, put(row["object_id"], accepted, 1))[0]["outcome"] == "applied"
    draft(asking, Landmark(ANTERIOR.code, 1, 0, (22.0, 30.0)), version="2.0", job="2")
    assert objects(api, asking)[0]["object"] == accepted
    # undone: the proposal itself may come back, another one may not
    assert save(api, asking, put(row["object_id"], proposal, 2))[0]["outcome"] == "applied"
    other = {**proposal, "points_lps_mm": [[1.0, 1.0, 1.0]]}
    refused = save(api, asking, put(row["object_id"], other, 3))[0]
    assert (refused["outcome"], refused["code"]) == ("conflict", "not_unconfirmed")
    assert save(api, asking, put(row["object_id"], None, 3))[0]["outcome"] == "applied"
    draft(asking, ANTERIOR, version="3.0", job="3")
    assert objects(api, asking)[0]["object"] is None


def test_a_readers_own_landmark_makes_a_proposal_needless(api: f.Api, asking: Read) -> None:
    own = an_object(
        asking, type="landmark", code="rv_insertion_anterior", points_lps_mm=[[1.0, 2.0, 3.0]]
    )
    save(api, asking, put("6a1e6c1e-90b5-4a5e-8c55-0a64d1f0a001", own))
    draft(asking, ANTERIOR)
    assert [row["object"] for row in objects(api, asking)] == [own]


def test_nobody_sends_a_proposal(api: f.Api, asking: Read) -> None:
    forged = an_object(asking, proposed_by="cine-sax-test 1.0")
    (found,) = save(api, asking, put("6a1e6c1e-90b5-4a5e-8c55-0a64d1f0a001", forged))
    assert (found["outcome"], found["code"]) == ("conflict", "not_unconfirmed")
    for wrong in ("", 3, "x" * 300):
        forged = an_object(asking, proposed_by=wrong)
        (found,) = save(api, asking, put("6a1e6c1e-90b5-4a5e-8c55-0a64d1f0a001", forged))
        assert found["code"] == "unknown_object"


def test_a_proposal_answers_nothing_until_it_is_accepted(api: f.Api, asking: Read) -> None:
    draft(asking, ANTERIOR)
    (row,) = objects(api, asking)
    proposal, name = row["object"], row["object_id"]
    refused = save(api, asking, f.answer_op("insertion", {"object": name}))[0]
    assert (refused["outcome"], refused["code"]) == ("conflict", "landmark_not_set")
    accepted = {k: v for k, v in proposal.items() if k != "proposed_by"}
    both = save(api, asking, put(name, accepted, 1), f.answer_op("insertion", {"object": name}))
    assert [result["outcome"] for result in both] == ["applied", "applied"]
    assert contents_of(asking).answers["insertion"] == {"object": name}
    # accepting is taken back: what answered is the model's word alone
    assert save(api, asking, put(name, proposal, 2))[0]["outcome"] == "applied"
    assert contents_of(asking).answers["insertion"] is None


def test_a_proposal_that_nobody_accepted_is_not_taken_over(
    world: f.World, api: f.Api, asking: Read
) -> None:
    draft(asking, ANTERIOR)
    (other,) = world.assign(f.make_case(world.project, "C-9"), world.reader_b)
    with transaction.atomic():
        write_contents(
            target=other, wanted={}, keys=[], op_id="t", entries=contents_of(asking).entries
        )
    assert objects(f.Api(world.reader_b), other) == []

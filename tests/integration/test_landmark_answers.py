"""A question answered by a landmark: set in the read, of the right kind, and still there."""

from typing import Any

import pytest

from portal.agreement.compute import Side, compare_answers
from portal.annotations.models import Entry
from portal.annotations.selectors import Contents
from portal.protocols.models import ProtocolVersion
from portal.protocols.selectors import rules_of
from portal.reads.models import Read
from tests.factories import reading as f
from tests.integration.test_operations import api, read, save
from tests.integration.test_world_objects import ONE, an_object, put

__all__ = ["api", "read"]  # fixtures
pytestmark = pytest.mark.django_db
OTHER = "6a1e6c1e-90b5-4a5e-8c55-0a64d1f0a002"


@pytest.fixture
def asked(read: Read) -> Read:
    """The read's protocol asks for the apex, within 5 mm."""
    rules = read.protocol_version.rules
    question = {
        "code": "apex",
        "title": "Apex",
        "kind": "landmark",
        "landmark": "apex",
        "required": True,
        "tolerance": 5,
    }
    rules = rules | {"questions": [*rules["questions"], question]}
    ProtocolVersion.objects.filter(pk=read.protocol_version_id).update(rules=rules)
    return f.full(read)


def apex(read: Read, **changes: Any) -> dict[str, Any]:
    point = {"type": "landmark", "code": "apex", "points_lps_mm": [[1.0, 2.0, 3.0]]}
    return an_object(read, **(point | changes))


def answers(api: f.Api, read: Read) -> list[str]:
    missing = f.submit(api, read.pk).json()["error"]["details"]["missing"]
    return [row["question"] for row in missing if row["kind"] == "answer"]


def test_a_landmark_of_the_read_answers(api: f.Api, asked: Read) -> None:
    naming = f.answer_op("apex", {"object": ONE})
    assert save(api, asked, naming)[0]["code"] == "landmark_not_set"
    both = save(api, asked, put(ONE, apex(asked)), f.answer_op("apex", {"object": ONE}))
    assert [row["outcome"] for row in both] == ["applied", "applied"]
    assert "apex" not in answers(api, asked)


def test_another_kind_of_object_does_not_answer(api: f.Api, asked: Read) -> None:
    save(api, asked, put(ONE, apex(asked, code="mitral_valve")), put(OTHER, an_object(asked)))
    for name in (ONE, OTHER):
        refused = save(api, asked, f.answer_op("apex", {"object": name}))[0]
        assert (refused["outcome"], refused["code"]) == ("conflict", "landmark_not_set")


def test_a_deleted_landmark_leaves_the_question_open(api: f.Api, asked: Read) -> None:
    save(api, asked, put(ONE, apex(asked)), f.answer_op("apex", {"object": ONE}))
    assert "apex" not in answers(api, asked)
    save(api, asked, put(ONE, None, 1))
    assert "apex" in answers(api, asked)


@pytest.mark.parametrize(("apart", "same"), [(5.0, True), (5.1, False)])
def test_landmarks_are_compared_by_their_distance(asked: Read, apart: float, same: bool) -> None:
    def side(name: str, x: float) -> Side:
        entries = [
            Entry(kind="object", name=name, value=apex(asked, points_lps_mm=[[x, 2.0, 3.0]])),
            Entry(kind="answer", name="apex", value={"object": name}),
        ]
        key = "a" if name == ONE else "b"
        return Side(key, Contents([], entries), {"ed_phase": None, "es_phase": None})

    rules = rules_of(asked.protocol_version)
    (row,) = compare_answers(rules, [side(ONE, 1.0), side(OTHER, 1.0 + apart)])
    assert (row["question"], row["same"]) == ("apex", same)

"""Landmarks of readers against those of the signed reference, from saving to the export."""

from typing import Any
from uuid import uuid4

import pytest

from portal.adjudication.models import Adjudication
from portal.agreement.cohort import keeping
from portal.agreement.models import ReadFacts
from portal.protocols.models import ProtocolVersion
from portal.reads.models import Read
from tests.factories import reading as f
from tests.integration.test_statistics import asked, exported, url
from tests.integration.test_world_objects import an_object, put

pytestmark = pytest.mark.django_db
TRUTH = [10.0, 20.0, 30.0]


def set_apex(person: Any, read: Read, where: list[float]) -> None:
    value = an_object(read, type="landmark", code="apex", points_lps_mm=[where])
    answer = f.Api(person).post(
        f"reads/{read.pk}/operations/", {"operations": [put(str(uuid4()), value)]}
    )
    assert [row["outcome"] for row in answer.json()["results"]] == ["applied"]


@pytest.fixture
def settled(world: f.World) -> f.World:
    """Reader A sets the apex 3 mm off, reader B 12 mm off and a second one; 5 mm count."""
    version = ProtocolVersion.objects.get(protocol__project=world.project)
    question = {
        "code": "apex",
        "title": "Apex",
        "kind": "landmark",
        "landmark": "apex",
        "required": False,
        "tolerance": 5,
    }
    version.rules["questions"] = [*version.rules["questions"], question]
    version.save()
    case = f.make_case(world.project, "C-1")
    a, b = world.assign_both(case)
    set_apex(world.reader_a, a, [10.0, 20.0, 33.0])
    set_apex(world.reader_b, b, [22.0, 20.0, 30.0])
    set_apex(world.reader_b, b, [10.0, 24.0, 30.0])
    f.read_through(world.reader_a, a)
    f.read_through(world.reader_b, b, scale=1.4)
    row = Adjudication.objects.get(case=case)
    api = f.Api(world.adjudicator)
    read_id = api.post(f"adjudications/{row.pk}/start/").json()["read_id"]
    blue = row.comparison.readings.get(read=a).key
    api.post(
        f"adjudications/{row.pk}/decide/",
        {"op_id": f.op_id(), "source": blue, "reason": "contour_offset"},
    )
    own = Read.objects.get(pk=read_id)
    for entry in api.get(f"reads/{read_id}/annotations/").json()["objects"]:
        gone = put(entry["object_id"], None, entry["version"])
        api.post(f"reads/{read_id}/operations/", {"operations": [gone]})
    set_apex(world.adjudicator, own, TRUTH)
    freezes = f.freezes_of(api.get(f"reads/{read_id}/annotations/").json())
    body = {"op_id": f.op_id(), "password": f.PASSWORD, "meaning": "Settled", "freezes": freezes}
    signed = api.post(f"adjudications/{row.pk}/sign/", body)
    assert signed.status_code == 200, signed.content
    return world


def test_readers_are_set_against_the_reference(settled: f.World) -> None:
    boss = f.Api(settled.coordinator)
    found = asked(boss, url(settled, "statistics", comparison="reference"))
    (table,) = found["landmarks"]
    assert (table["code"], table["within_mm"], table["within_stated"]) == ("apex", 5.0, True)
    by_name = {row["label"]: row for row in table["readers"]}
    a, b = (by_name[p.display_name] for p in (settled.reader_a, settled.reader_b))
    assert (a["hits"], a["n_findings"], a["false_marks"]) == (1, 1, 0)
    assert a["median_apart_mm"] == pytest.approx(3.0)
    assert (b["hits"], b["n_findings"], b["false_marks"]) == (1, 1, 1)
    assert b["median_apart_mm"] == pytest.approx(4.0)
    assert b["froc"]["score"] == pytest.approx(4 / 7)  # 1 false mark: found at 1, 2, 4 and 8
    assert table["all"]["n_images"] == 2
    lines = [
        (row["reader_b"], row["answer_b"], row["value"])
        for row in exported(boss, settled, comparison="reference")
        if row["measure"] == "landmark.apex"
    ]
    assert sorted(lines) == [
        (settled.reader_b.display_name, "false", ""),
        (settled.reader_b.display_name, "hit", "4.0"),
        (settled.reader_a.display_name, "hit", "3.0"),
    ]


def test_without_a_reference_there_is_no_froc(settled: f.World) -> None:
    boss = f.Api(settled.coordinator)
    found = asked(boss, url(settled, "statistics"))
    assert (found["landmarks"], found["asks_landmarks"]) == ([], True)
    assert not [r for r in exported(boss, settled) if r["measure"].startswith("landmark")]


def test_facts_of_an_earlier_form_are_taken_anew_and_pairs_are_not(
    settled: f.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = f.Api(settled.coordinator)
    asked(boss, url(settled, "statistics", comparison="reference"))
    compared: list[object] = []
    monkeypatch.setattr(keeping, "compare_sides", lambda *sides: compared.append(sides))
    for row in ReadFacts.objects.all():
        old = {k: v for k, v in row.values.items() if k != "landmarks"}
        ReadFacts.objects.filter(pk=row.pk).update(values=old, inputs_hash="earlier")
    found = asked(boss, url(settled, "statistics", comparison="reference"))
    assert found["landmarks"][0]["all"]["hits"] == 2
    assert not compared

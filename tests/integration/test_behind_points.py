"""The contours behind a point of the statistics: what they are, and whom they lie open to."""

from typing import Any

import pytest

from portal.cases.models import Case
from portal.imaging.models import Stack
from portal.reads.models import CaseStratum, Read
from tests.factories import reading as f
from tests.integration.test_statistics import (
    CLASSES,
    HANDS,
    asked,
    read_case,
    settle,
    url,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(world: f.World) -> f.Api:
    return f.Api(world.coordinator)


def behind(world: f.World, case: Case, **asked: str) -> str:
    given = "&".join(f"{key}={value}" for key, value in asked.items())
    return f"projects/{world.slug}/agreement/cases/{case.pk}/contours/?{given}"


def test_a_point_opens_the_contours_behind_it(world: f.World, boss: f.Api) -> None:
    read_case(world, "C-1", HANDS[0], CLASSES[0])
    point = asked(boss, url(world, "points", measure="edv_ml"))["points"][0]
    case = Case.objects.get(pk=point["case_id"])
    found = asked(boss, behind(world, case, a=point["reader_a"], b=point["reader_b"]))
    assert (found["case"], [side["key"] for side in found["sides"]]) == (point["case"], ["a", "b"])
    assert [side["numbers"]["edv_ml"] for side in found["sides"]] == [point["a"], point["b"]]
    # the discs of both at ED, and their differences, add up to what was plotted
    at_ed = [r for r in found["differences"] if (r["structure"], r["phase"]) == ("lv_endo", "ED")]
    assert len(at_ed) == f.SLICES
    assert sum(r["a_ml"] for r in at_ed) == pytest.approx(point["a"])
    assert sum(r["difference_ml"] for r in at_ed) == pytest.approx(point["value"])
    assert all(0 < r["dice"] < 1 and r["hd95_mm"] > 0 for r in at_ed)
    stack = Stack.objects.get(pk=found["stack_id"])
    known = {uid for row in stack.addresses for _, uid, _ in row}
    for side, read in zip(found["sides"], _reads_of(point, case, world), strict=True):
        drawn = {(c["structure"], c["sop_instance_uid"]): c["parts"] for c in side["contours"]}
        held = {(a.structure, a.sop_instance_uid): a.parts for a in read.annotations.all()}
        assert drawn == held
        assert {uid for _, uid in drawn} <= known
    swapped = boss.get(behind(world, case, a=point["reader_b"], b=point["reader_a"]))
    assert swapped.status_code == 404
    assert boss.get(behind(world, case, a="nobody", b="else")).status_code == 404


def _reads_of(point: dict[str, Any], case: Case, world: f.World) -> list[Read]:
    """By what is plotted: each read's own EDV."""
    reads = list(case.reads.filter(purpose="reading"))
    values = {r.pk: r.measurements.latest("created_at").values["edv_ml"] for r in reads}
    return sorted(reads, key=lambda r: abs(values[r.pk] - point["a"]))


def test_contours_lie_open_to_those_alone_who_may_see_both_reads(
    world: f.World, boss: f.Api
) -> None:
    first = read_case(world, "C-1", HANDS[0], CLASSES[0])
    assert asked(boss, behind(world, first))["differences"]
    # an adjudicator sees who reads how in locked cases alone
    judge = f.Api(world.adjudicator)
    assert judge.get(behind(world, first)).status_code == 404
    settle(world, first)
    assert asked(judge, behind(world, first))["case"] == "C-1"
    assert asked(boss, behind(world, first, comparison="reference"))["sides"][0]["label"] == (
        "Reference"
    )
    # nothing before all reads are in, nor of a case that the coordinator reads
    half = f.make_case(world.project, "C-2")
    a, _ = world.assign_both(half)
    f.read_through(world.reader_a, a)
    assert boss.get(behind(world, half)).status_code == 404
    for person in (world.reader_a, world.owner, world.scientist):
        assert f.Api(person).get(behind(world, first)).status_code in (403, 404)


def test_the_disease_is_the_cases_stratum_where_it_has_one(world: f.World, boss: f.Api) -> None:
    known = read_case(world, "C-1", HANDS[0], ("normal", "normal"))
    read_case(world, "C-2", HANDS[1], ("normal", "normal"))
    CaseStratum.objects.create(case=known, disease="Amyloidosis")
    found = asked(boss, url(world, "statistics"))
    assert [row["value"] for row in found["choices"]["diseases"]] == ["Amyloidosis", "Normal"]
    only = asked(boss, url(world, "points", measure="edv_ml", disease="Amyloidosis"))["points"]
    assert [point["case"] for point in only] == ["C-1"]

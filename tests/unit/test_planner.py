"""The planner: balance, order, second readings, the same again by the same seed."""

import time
from collections import Counter

import pytest

from portal.reads.planner import Ask, Plan, PlanCase, PlanReader, fair_shares, make_plan

SITES = ("north", "south", "east", "west")


def cases(n: int, needed: int = 2) -> list[PlanCase]:
    return [PlanCase(f"c{i:05}", f"C-{i:05}", SITES[(i * 7 % 11) % 4], needed) for i in range(n)]


def readers(n: int, loads: tuple[int, ...] = ()) -> list[PlanReader]:
    return [PlanReader(f"r{i:02}", loads[i] if i < len(loads) else 0) for i in range(n)]


def firsts(plan: Plan) -> list[tuple[str, str]]:
    return [(r.case_id, r.reader_id) for r in plan.reads if not r.duplicate]


def test_every_case_goes_to_as_many_different_people_as_it_lacks() -> None:
    plan = make_plan(cases(101), readers(5), Ask("s"))
    assert plan.short == ()
    pairs = firsts(plan)
    assert len(set(pairs)) == len(pairs) == 202
    assert set(Counter(case for case, _ in pairs).values()) == {2}


def test_work_and_strata_are_balanced() -> None:
    rows = cases(210)
    plan = make_plan(rows, readers(7), Ask("s"))
    stratum = {c.id: c.stratum for c in rows}
    work = Counter(reader for _, reader in firsts(plan))
    assert max(work.values()) - min(work.values()) <= 2
    for site in SITES:
        at = Counter(reader for case, reader in firsts(plan) if stratum[case] == site)
        assert max(at.values()) - min(at.get(r.id, 0) for r in readers(7)) <= 2, site


def test_open_work_is_evened_out_in_every_stratum() -> None:
    """By hand: 300 reads and loads of 0, 50 and 100 level at 150, so 150, 100 and 50 are new."""
    rows = cases(300, needed=1)
    assert fair_shares([0, 50, 100], 300) == [150.0, 100.0, 50.0]
    plan = make_plan(rows, readers(3, (0, 50, 100)), Ask("s"))
    work = Counter(reader for _, reader in firsts(plan))
    for reader, fair in zip(("r00", "r01", "r02"), (150, 100, 50), strict=True):
        assert abs(work[reader] - fair) <= 2
    stratum = {c.id: c.stratum for c in rows}
    for site in SITES:
        size = sum(c.stratum == site for c in rows)
        at = Counter(reader for case, reader in firsts(plan) if stratum[case] == site)
        assert abs(at["r00"] - size / 2) <= 2


@pytest.mark.parametrize(
    ("loads", "total", "shares"),
    [
        ([], 5, []),
        ([0, 0], 5, [2.5, 2.5]),
        ([10, 0], 4, [0.0, 4.0]),
        ([10, 0, 2], 6, [0.0, 4.0, 2.0]),
        ([3], 4, [4.0]),
    ],
)
def test_fair_shares_fill_up_from_below(loads: list[int], total: int, shares: list[float]) -> None:
    assert fair_shares(loads, total) == shares


def test_a_person_with_a_conflict_is_made_up_for_elsewhere() -> None:
    rows = [
        PlanCase(c.id, c.label, c.stratum, 1, {"r00": "conflict"} if c.stratum == "north" else {})
        for c in cases(400)
    ]
    plan = make_plan(rows, readers(4), Ask("s"))
    stratum = {c.id: c.stratum for c in rows}
    assert not [1 for case, r in firsts(plan) if r == "r00" and stratum[case] == "north"]
    work = Counter(reader for _, reader in firsts(plan))
    assert max(work.values()) - min(work.values()) <= 3


def test_what_can_not_be_given_is_said() -> None:
    closed = {"r00": "conflict", "r01": "not_admitted"}
    plan = make_plan([PlanCase("c", "C", "", 2, closed)], readers(3), Ask("s"))
    assert firsts(plan) == [("c", "r02")]
    (short,) = plan.short
    assert (short.case_id, short.missing, short.codes) == ("c", 1, ("conflict", "not_admitted"))
    assert make_plan(cases(3), [], Ask("s")).short[0].missing == 2


def test_the_same_seed_gives_the_same_whatever_the_order_of_rows() -> None:
    rows, people = cases(60), readers(4)
    ask = Ask("seed", duplicates_share=0.2, by_stratum=True)
    one, two = make_plan(rows, people, ask), make_plan(rows[::-1], people[::-1], ask)
    assert one == two
    assert one.digest == two.digest
    assert make_plan(rows, people, Ask("other", duplicates_share=0.2)).digest != one.digest


def test_each_person_has_an_order_of_their_own() -> None:
    plan = make_plan(cases(40, needed=2), readers(2), Ask("s"))
    lists = [
        [r.case_id for r in sorted(plan.reads, key=lambda r: r.position) if r.reader_id == who]
        for who in ("r00", "r01")
    ]
    assert sorted(lists[0]) == sorted(lists[1])
    assert lists[0] != lists[1]
    assert lists[0] != sorted(lists[0])
    listed = make_plan(cases(40, needed=2), readers(2), Ask("s", order="listed"))
    mine = [r for r in listed.reads if r.reader_id == "r00"]
    assert [r.case_id for r in sorted(mine, key=lambda r: r.position)] == sorted(lists[0])


def test_a_stratified_order_spreads_every_stratum() -> None:
    rows = [PlanCase(f"c{i:03}", "", "rare" if i < 10 else "common", 1) for i in range(100)]
    plan = make_plan(rows, readers(1), Ask("s", by_stratum=True))
    line = [r.case_id for r in sorted(plan.reads, key=lambda r: r.position)]
    places = [line.index(f"c{i:03}") for i in range(10)]
    for tenth in range(10):
        assert sum(tenth * 10 - 2 <= place < tenth * 10 + 12 for place in places) >= 1


def test_positions_go_on_after_what_a_person_has() -> None:
    plan = make_plan(cases(10, needed=1), [PlanReader("r00", 3, last_position=7)], Ask("s"))
    assert sorted(r.position for r in plan.reads) == list(range(8, 18))


def test_second_readings_are_the_share_of_each_persons_own_from_every_stratum() -> None:
    rows = cases(200)
    plan = make_plan(rows, readers(4), Ask("s", duplicates_share=0.1))
    stratum = {c.id: c.stratum for c in rows}
    for reader in readers(4):
        own = {case for case, r in firsts(plan) if r == reader.id}
        twice = [r for r in plan.reads if r.duplicate and r.reader_id == reader.id]
        assert len(twice) == len({r.case_id for r in twice}) == round(0.1 * len(own))
        assert {r.case_id for r in twice} <= own
        by = Counter(stratum[r.case_id] for r in twice)
        for site in SITES:
            assert abs(by[site] - 0.1 * sum(stratum[c] == site for c in own)) <= 1
    assert not [r for r in make_plan(rows, readers(4), Ask("s")).reads if r.duplicate]


def test_ten_thousand_cases_and_twenty_people_plan_in_seconds() -> None:
    began = time.process_time()
    plan = make_plan(cases(10_000), readers(20), Ask("s", duplicates_share=0.1))
    assert time.process_time() - began < 60
    work = Counter(reader for _, reader in firsts(plan))
    assert max(work.values()) - min(work.values()) <= 2

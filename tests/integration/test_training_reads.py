"""Training: known answers, deviations, admission at the threshold or by a named person."""

from typing import Any

import pytest

from portal.accounts.models import Notification
from portal.adjudication.models import Adjudication
from portal.cases.models import Case
from portal.reads.blinding import cases_being_read, discussable_reads
from portal.reads.models import Admission, Read, TrainingResult
from tests.factories import reading as f
from tests.factories.settling import settle

pytestmark = pytest.mark.django_db


def lock(world: f.World, case: Case) -> None:
    """Read by two others at scale 1, settled and signed."""
    a, b = (f.reader_of_project(world, f"Trial {case.label} {n}") for n in (1, 2))
    for person, read in zip((a, b), world.assign(case, a, b), strict=True):
        f.read_through(person, read)
    settle(world, case, reason="agreed")


@pytest.fixture
def boss(world: f.World) -> f.Api:
    return f.Api(world.coordinator)


@pytest.fixture
def trained(world: f.World, boss: f.Api) -> list[Case]:
    """Two locked training cases; the protocol asks for both."""
    cases = [f.make_case(world.project, f"T-{i}") for i in range(2)]
    for case in cases:
        lock(world, case)
    f.set_rules(world, training={"required": True, "cases": 2, "dice_min": 0.9, "ef_points_max": 5})
    answer = boss.post(f"projects/{world.slug}/training/cases/", {"case_ids": ids(cases)})
    assert answer.json() == {"added": 2}, answer.content
    return cases


def ids(rows: Any) -> list[str]:
    return [str(row.pk) for row in rows]


def give(world: f.World, boss: f.Api, person: Any) -> list[Read]:
    answer = boss.post(f"projects/{world.slug}/training/give/", {"user_ids": ids([person])})
    assert answer.status_code == 200, answer.content
    rows = Read.objects.filter(reader__user=person, purpose="training", state="assigned")
    assert answer.json() == {"created": len(rows)}
    return [f.full(row) for row in rows.order_by("case__label")]


def assign(world: f.World, boss: f.Api, case: Case, person: Any) -> Any:
    body = {"case_ids": ids([case]), "user_ids": ids([person])}
    return boss.post(f"projects/{world.slug}/assignments/", body).json()


def test_whoever_reaches_the_threshold_is_admitted(
    world: f.World, boss: f.Api, trained: list[Case]
) -> None:
    trial = f.make_case(world.project, "C-1")
    refused = assign(world, boss, trial, world.reader_a)
    assert [row["code"] for row in refused["skipped"]] == ["not_admitted"]
    first, second = give(world, boss, world.reader_a)
    mine = f.Api(world.reader_a)
    assert mine.get(f"reads/{first.pk}/").json()["case"]["label"] == first.alias
    f.read_through(world.reader_a, first)
    assert not Admission.objects.exists()
    f.read_through(world.reader_a, second, scale=1.02)
    row = Admission.objects.get()
    assert (row.user, row.admitted_by) == (world.reader_a, None)
    assert assign(world, boss, trial, world.reader_a)["created"] == 1
    assert {case.state for case in Case.objects.filter(pk__in=[c.pk for c in trained])} == {
        "locked"
    }
    shown = mine.get(f"projects/{world.slug}/training/mine/").json()
    assert shown["admitted"]
    assert [r["passed"] for r in shown["reads"]] == [True, True]
    same = shown["reads"][0]
    assert set(same["dice"].values()) == {1.0}
    # the reference is the readings' majority, drawn anew: a few hundredths of a millilitre
    assert all(abs(value) < 0.1 for value in same["differences"].values())


def test_deviations_are_what_they_are_by_hand(
    world: f.World, boss: f.Api, trained: list[Case]
) -> None:
    """Concentric LV circles, radius k times the reference's: areas by k², so Dice 2k²/(1+k²)
    for k < 1, EDV difference (k²-1) of the reference's, and no difference in EF."""
    k = 0.8
    (first, _) = give(world, boss, world.reader_a)
    f.read_through(world.reader_a, first, scale=k)
    values = TrainingResult.objects.get().values
    assert values["dice"]["lv_endo"] == pytest.approx(2 * k * k / (1 + k * k), abs=0.03)
    reference = Read.objects.get(case=first.case, purpose="adjudication")
    edv = f.Api(world.adjudicator).get(f"reads/{reference.pk}/measurements/").json()["edv_ml"]
    assert values["differences"]["edv_ml"] == pytest.approx((k * k - 1) * edv, rel=0.01)
    assert values["differences"]["ef_percent"] == pytest.approx(0, abs=0.1)
    assert not TrainingResult.objects.get().passed


def test_whoever_fails_is_not_admitted_until_a_named_person_says_so(
    world: f.World, boss: f.Api, trained: list[Case]
) -> None:
    for read in give(world, boss, world.reader_a):
        f.read_through(world.reader_a, read, scale=0.6)
    assert not Admission.objects.exists()
    told = Notification.objects.filter(user=world.coordinator, kind="training_result")
    assert [row.text for row in told] == [
        "Zephyrine Aquila read all training cases and did not reach the threshold."
    ]
    address = f"projects/{world.slug}/training"
    body = {"user_id": str(world.reader_a.pk), "reason": " "}
    assert boss.post(f"{address}/admit/", body).status_code == 422
    assert boss.post(f"{address}/admit/", {**body, "reason": "taught since"}).status_code == 204
    rows = {p["name"]: p for p in boss.get(f"{address}/").json()["people"]}
    mine = rows["Zephyrine Aquila"]
    assert (mine["admitted_by"], mine["reason"]) == ("Cora Coordinator", "taught since")
    assert (mine["given"], mine["submitted"], mine["passed"]) == (2, 2, 0)
    assert boss.post(f"{address}/admit/", {**body, "reason": "twice"}).status_code == 409


def test_a_second_round_counts_in_place_of_the_first(
    world: f.World, boss: f.Api, trained: list[Case]
) -> None:
    for read in give(world, boss, world.reader_a):
        f.read_through(world.reader_a, read, scale=0.6)
    for read in give(world, boss, world.reader_a):
        f.read_through(world.reader_a, read)
    assert Admission.objects.get().user == world.reader_a


def test_nobody_admits_themselves(world: f.World, boss: f.Api, trained: list[Case]) -> None:
    f.Membership.objects.create(project=world.project, user=world.coordinator, role="reader")
    body = {"user_id": str(world.coordinator.pk), "reason": "I am good"}
    assert boss.post(f"projects/{world.slug}/training/admit/", body).status_code == 409


def test_a_training_case_is_no_trial_case_and_its_answer_is_closed_to_who_trains(
    world: f.World, boss: f.Api, trained: list[Case]
) -> None:
    f.Membership.objects.create(project=world.project, user=world.reader_a, role="adjudicator")
    mine = f.Api(world.reader_a)
    settled = Adjudication.objects.get(case=trained[0])
    answers = [
        f"projects/{world.slug}/cases/{trained[0].pk}/reference/",
        f"adjudications/{settled.pk}/",
    ]
    assert [mine.get(address).status_code for address in answers] == [200] * 2
    given = next(r for r in give(world, boss, world.reader_a) if r.case_id == trained[0].pk)
    assert [mine.get(address).status_code for address in answers] == [404] * 2
    # nor is it theirs to hear of in a meeting or a thread, whatever else they act
    assert cases_being_read(world.reader_a).filter(pk=trained[0].pk).exists()
    f.Membership.objects.create(project=world.project, user=world.reader_a, role="coordinator")
    assert not discussable_reads(world.reader_a).exclude(reader__user=world.reader_a).exists()
    f.read_through(world.reader_a, given)
    assert [mine.get(address).status_code for address in answers] == [200] * 2
    plain = f.make_case(world.project, "C-1")
    address = f"projects/{world.slug}/training/cases"
    unknown = boss.post(f"{address}/", {"case_ids": ids([plain])})
    assert unknown.status_code == 409
    assert "no known answer" in unknown.json()["error"]["message"]
    kept = boss.client.delete(f"/api/v1/{address}/{trained[0].pk}/")
    assert kept.status_code == 409

"""Hidden second readings: nobody who reads or settles can tell; they come up after the washout."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from portal.accounts.models import Notification
from portal.adjudication.models import Adjudication
from portal.audit.models import AuditEvent
from portal.cases.models import Case
from portal.core import clock
from portal.projects.models import Membership
from portal.reads.models import Read
from portal.reads.services.reminders import send_reminders
from portal.reads.services.second_readings import announce_second_readings
from tests.factories import reading as f
from tests.factories.crawl import crawl
from tests.factories.settling import settle

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the portal's clock."""

    def set_to(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    set_to(NOON)
    return set_to


@pytest.fixture
def pair(world: f.World, at: Any) -> tuple[Read, Read]:
    """A's first and second reading of the one case; B reads it once, or twice too."""
    f.set_rules(world, duplicates_share=0.5, washout_days=14, time_limit_days=7)
    for i in range(2):
        f.make_case(world.project, f"C-{i}")
    f.plan(world, world.reader_a, world.reader_b)
    second = Read.objects.get(reader__user=world.reader_a, duplicate=True)
    first = Read.objects.get(case=second.case, reader=second.reader, duplicate=False)
    return f.full(first), f.full(second)


def my_work(world: f.World) -> list[Any]:
    return f.Api(world.reader_a).get("my-work/").json()["sections"][0]["items"]


def test_a_second_reading_is_not_there_before_its_time(
    world: f.World, pair: tuple[Read, Read], at: Any
) -> None:
    first, second = pair
    mine = f.Api(world.reader_a)

    def is_there() -> bool:
        found = mine.get(f"reads/{second.pk}/").status_code == 200
        assert found == (second.alias in [item["title"] for item in my_work(world)])
        return found

    assert not is_there()
    f.read_through(world.reader_a, first)
    assert not is_there()
    at(NOON + timedelta(days=14, seconds=-1))
    assert not is_there()
    assert send_reminders()["announced"] == 0
    at(NOON + timedelta(days=14))
    assert is_there()
    assert send_reminders()["announced"] == 1
    assert send_reminders()["announced"] == 0


def test_who_has_left_is_not_told_of_a_second_reading_until_they_are_back(
    world: f.World, pair: tuple[Read, Read], at: Any
) -> None:
    first, second = pair
    f.read_through(world.reader_a, first)
    seat = Membership.objects.get(user=world.reader_a, project=world.project)
    seat.delete()
    at(NOON + timedelta(days=14))
    before = Notification.objects.filter(user=world.reader_a).count()
    assert announce_second_readings() == 0
    assert Notification.objects.filter(user=world.reader_a).count() == before
    seat.save(force_insert=True)
    assert announce_second_readings() == 1
    assert Notification.objects.filter(user=world.reader_a).count() == before + 1
    second.refresh_from_db()
    assert second.announced_at is not None


def test_the_washout_counts_days_of_the_projects_calendar(
    world: f.World, pair: tuple[Read, Read], at: Any
) -> None:
    """Over the change to summer time, 29 March 2026 in Berlin, 14 days are an hour less."""
    world.project.time_zone = "Europe/Berlin"
    world.project.save(update_fields=["time_zone"])
    at(datetime(2026, 3, 20, 9, 0, tzinfo=UTC))
    f.read_through(world.reader_a, f.full(pair[0]))
    second = Read.objects.get(pk=pair[1].pk)
    assert second.available_at == datetime(2026, 4, 3, 8, 0, tzinfo=UTC)
    # seven days after it came up, at the end of the day in Berlin
    assert second.due_at == datetime(2026, 4, 10, 21, 59, 59, tzinfo=UTC)


def test_a_time_zone_must_exist(world: f.World) -> None:
    client, path = f.Api(world.owner).client, f"/api/v1/projects/{world.slug}/"
    for name in ("Europe/Belrin", "../x", "Europe", "Europe/Berlin"):
        answer = client.patch(path, data={"time_zone": name}, content_type="application/json")
        assert answer.status_code == (200 if name == "Europe/Berlin" else 422), name
        if answer.status_code == 422:
            assert list(answer.json()["error"]["details"]) == ["time_zone"]
    assert client.get(path).json()["time_zone"] == "Europe/Berlin"


def test_where_a_zone_that_does_not_exist_is_stored_days_count_in_utc(
    world: f.World, pair: tuple[Read, Read], at: Any
) -> None:
    world.project.time_zone = "Europe/Belrin"
    world.project.save(update_fields=["time_zone"])
    at(datetime(2026, 3, 20, 9, 0, tzinfo=UTC))
    f.read_through(world.reader_a, f.full(pair[0]))
    second = Read.objects.get(pk=pair[1].pk)
    assert second.available_at == datetime(2026, 4, 3, 9, 0, tzinfo=UTC)
    assert f.Api(world.coordinator).get(f"projects/{world.slug}/reading/").status_code == 200


def test_it_looks_like_any_read_assigned_that_day(
    world: f.World, pair: tuple[Read, Read], at: Any
) -> None:
    first, second = pair
    f.read_through(world.reader_a, first)
    later = NOON + timedelta(days=20)
    at(later)
    Read.objects.filter(pk=second.pk).update(available_at=later)
    send_reminders()
    (plain,) = world.assign(f.make_case(world.project, "C-9"), world.reader_a)
    Read.objects.filter(pk=second.pk).update(due_at=plain.due_at)  # both from one day on
    mine = f.Api(world.reader_a)
    shown = {pk: mine.get(f"reads/{pk}/").json() for pk in (second.pk, plain.pk)}
    own = {"id", "case", "stack_id", "stacks", "next_read_id"}
    a, b = ({k: v for k, v in shown[pk].items() if k not in own} for pk in shown)
    assert a == b
    items = {item["title"]: item for item in my_work(world)}
    names = ("subtitle", "state", "progress", "project", "due_at", "updated_at")
    assert [items[second.alias][n] for n in names] == [items[plain.alias][n] for n in names]
    told = Notification.objects.filter(user=world.reader_a, kind="read_assigned")
    words = {row.text.replace(second.alias, "X").replace(plain.alias, "X") for row in told}
    assert "X is yours to read." in words
    assert first.alias != second.alias
    text = str(shown[second.pk]) + str(items)
    for secret in (str(first.case_id), first.case.label, str(first.pk), first.alias, "duplicate"):
        assert secret not in text.replace("duplicates_share", "")


def test_a_reader_finds_no_trace_of_one_to_come(world: f.World, pair: tuple[Read, Read]) -> None:
    first, second = pair
    mine = f.Api(world.reader_a)
    f.read_through(world.reader_a, first)
    there = crawl(mine)
    Read.objects.filter(pk=second.pk).delete()
    without = crawl(mine)
    for address, answer in without.items():
        assert there[address] == answer, address
    ids = [address for address in there if str(second.pk) in address]
    assert ids
    for address in ids:  # as of a read that never was, what a role forbids before all else included
        never = mine.get(address.replace(str(second.pk), str(uuid4())))
        assert never.status_code in (403, 404, 405)
        assert there[address] == (never.status_code, never.content), address


def test_what_was_submitted_is_put_away(world: f.World, pair: tuple[Read, Read]) -> None:
    """All of a reader's submitted reads alike: that one closes tells nothing."""
    mine = f.Api(world.reader_a)
    for read in Read.objects.filter(reader__user=world.reader_a, duplicate=False):
        _, submitted = f.read_through(world.reader_a, f.full(read))
        assert submitted.status_code == 200
        for route in ("", "annotations/", "measurements/"):
            assert mine.get(f"reads/{read.pk}/{route}").status_code == 404


def test_the_case_goes_on_without_it_and_its_reader_sees_nothing_of_that(
    world: f.World, pair: tuple[Read, Read], at: Any
) -> None:
    first, second = pair
    for role in ("coordinator", "adjudicator"):
        f.Membership.objects.create(project=world.project, user=world.reader_a, role=role)
    other = Read.objects.get(case=first.case, reader__user=world.reader_b, duplicate=False)
    f.read_through(world.reader_a, first)
    f.read_through(world.reader_b, f.full(other), class_="dilated")
    case = Case.objects.get(pk=first.case_id)
    assert case.state == "adjudicating"
    row = settle(world, case)
    mine = f.Api(world.reader_a)
    at(NOON + timedelta(days=15))
    base = f"projects/{world.slug}/cases/{case.pk}"
    closed = [f"{base}/reference/", f"{base}/agreement/", f"adjudications/{row.pk}/"]
    closed += [f"reads/{other.pk}/annotations/", f"reads/{first.pk}/annotations/"]
    for address in closed:
        assert mine.get(address).status_code == 404, address
    # the second reading is done on a locked case, and changes nothing about it
    answer = f.read_through(world.reader_a, f.full(second), class_="dilated")[1]
    assert answer.status_code == 200, answer.content
    case.refresh_from_db()
    assert case.state == "locked"
    assert Adjudication.objects.filter(case=case).count() == 1
    assert mine.get(f"{base}/reference/").status_code == 200
    # nor does taking it back
    boss = f.Api(world.coordinator)
    assert boss.post(f"reads/{second.pk}/withdraw/", {"reason": "test"}).status_code == 204
    case.refresh_from_db()
    assert case.state == "locked"


def test_an_adjudicator_is_not_told(world: f.World, pair: tuple[Read, Read], at: Any) -> None:
    first, second = pair
    other = Read.objects.get(case=first.case, reader__user=world.reader_b, duplicate=False)
    f.read_through(world.reader_a, first)
    f.read_through(world.reader_b, f.full(other), class_="dilated")
    api = f.Api(world.adjudicator)
    before = crawl(api)
    at(NOON + timedelta(days=14))
    send_reminders()
    f.read_through(world.reader_a, f.full(second))
    after = crawl(api)
    for address, was in before.items():
        assert after[address] == was, address


def test_the_coordinator_knows_and_counts_stay_right(
    world: f.World, pair: tuple[Read, Read]
) -> None:
    api = f.Api(world.coordinator)
    case = api.get(f"projects/{world.slug}/cases/{pair[0].case_id}/").json()
    assert case["read_counts"] == {"required": 2, "assigned": 2, "submitted": 0}
    mine = [row for row in case["reads"] if row["id"] == str(pair[1].pk)]
    assert [row["duplicate"] for row in mine] == [True]
    rows = {r["name"]: r for r in api.get(f"projects/{world.slug}/reading/").json()["readers"]}
    assert (rows["Zephyrine Aquila"]["assigned"], rows["Zephyrine Aquila"]["duplicates"]) == (3, 1)


def open_before(world: f.World, api: f.Api) -> tuple[int, int]:
    """How much A has to read already: where reads are assigned by hand, and by a plan."""
    (row,) = [
        row
        for row in api.get(f"projects/{world.slug}/readers/").json()
        if row["user_id"] == str(world.reader_a.pk)
    ]
    body = {"user_ids": [str(world.reader_a.pk)]}
    plan = api.post(f"projects/{world.slug}/assignments/plan/", body).json()
    return row["open_reads"], plan["readers"][0]["open_before"]


def test_a_coordinator_who_reads_is_not_told_of_the_own(
    world: f.World, pair: tuple[Read, Read], at: Any
) -> None:
    f.Membership.objects.create(project=world.project, user=world.reader_a, role="coordinator")
    api = f.Api(world.reader_a)
    address = f"projects/{world.slug}/cases/{pair[0].case_id}/"
    case = api.get(address).json()
    assert str(pair[1].pk) not in [row["id"] for row in case["reads"]]
    assert case["my_read_id"] == str(pair[0].pk)
    rows = {r["name"]: r for r in api.get(f"projects/{world.slug}/reading/").json()["readers"]}
    assert (rows["Zephyrine Aquila"]["assigned"], rows["Zephyrine Aquila"]["duplicates"]) == (2, 0)
    assert open_before(world, api) == (2, 2)
    assert open_before(world, f.Api(world.coordinator)) == (3, 3), "of others they are told"
    # nor does the case lead to it once it is up, and the first is put away
    f.read_through(world.reader_a, pair[0])
    at(NOON + timedelta(days=15))
    assert api.get(f"reads/{pair[1].pk}/").status_code == 200
    assert api.get(address).json()["my_read_id"] is None


def test_taking_back_the_first_takes_back_the_second(
    world: f.World, pair: tuple[Read, Read]
) -> None:
    f.Api(world.coordinator).post(f"reads/{pair[0].pk}/withdraw/", {"reason": "wrong"})
    assert {r.state for r in Read.objects.filter(pk__in=[p.pk for p in pair])} == {"withdrawn"}
    taken = Notification.objects.filter(user=world.reader_a, kind="read_withdrawn")
    assert [row.text for row in taken] == [f"{pair[0].alias} was taken back by the coordinator."]


def test_a_second_reading_whose_first_was_taken_back_counts_for_nothing(
    world: f.World, pair: tuple[Read, Read], at: Any
) -> None:
    first, second = pair
    f.read_through(world.reader_a, first)
    at(NOON + timedelta(days=15))
    f.read_through(world.reader_a, f.full(second))
    other = Read.objects.get(case=first.case, reader__user=world.reader_b, duplicate=False)
    f.read_through(world.reader_b, f.full(other))
    boss = f.Api(world.coordinator)
    assert boss.post(f"reads/{first.pk}/withdraw/", {"reason": "swapped"}).status_code == 204
    second.refresh_from_db()
    assert second.state == "withdrawn"
    told = AuditEvent.objects.get(action="read.withdrawn")
    assert told.details["second_readings"] == [str(second.pk)]

    (third,) = world.assign(first.case, f.reader_of_project(world, "Cleo Third"))
    f.read_through(third.reader.user, third)
    for left in ("withdrawn", "submitted"):  # and as it was left where it was not taken along
        Read.objects.filter(pk=second.pk).update(state=left)
        for comparison, n in (("inter", 1), ("intra", 0)):
            found = boss.get(f"projects/{world.slug}/agreement/statistics/?comparison={comparison}")
            assert found.json()["n_pairs"] == n, (left, comparison)

"""A blinded reader finds no trace of the other read; a coordinator no contents before the end."""

from typing import Any

import pytest

from cmrkit.annotations_in import ImportedContour, ImportedLabels
from cmrkit.contracts import JobKind
from portal.accounts.models import Notification
from portal.adjudication.models import Adjudication
from portal.annotations.services.drafts import store_draft
from portal.annotations.services.importing import store_imported
from portal.cases.models import Case
from portal.jobs.models import Job
from portal.jobs.selectors import watchers
from portal.projects.models import Membership
from portal.reads.models import Read
from tests.factories import reading as f
from tests.factories.crawl import crawl

pytestmark = pytest.mark.django_db

ODD = 41.3173  # a coordinate that only A draws
ODD_AI = 40.7919  # one that only the AI draws
ODD_IMPORTED = 39.5287  # one that only a file from elsewhere has
SOURCE = "Wombat Core Laboratory"
REASON = "quokka-shaped shadow"


@pytest.fixture
def case(world: f.World) -> Case:
    case = f.make_case(world.project, "C-1")
    Job.objects.create(
        project=world.project,
        case=case,
        kind=JobKind.SEGMENT,
        title="Pre-annotate C-1",
        requested_by=world.reader_a,
    )
    return case


@pytest.fixture
def reads(world: f.World, case: Case) -> tuple[Read, Read]:
    return world.assign_both(case)


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[tuple[set[str], dict[str, Any]]]:
    """Everything that is sent to open browsers: to whom, and what."""
    sent: list[tuple[set[str], dict[str, Any]]] = []

    def publish(*, user_ids: Any, message: dict[str, Any]) -> None:
        sent.append(({str(user_id) for user_id in user_ids}, message))

    monkeypatch.setattr("portal.core.events.publish", publish)
    return sent


def work_as_a(world: f.World, read: Read) -> None:
    """Everything that A can do short of submitting."""
    api = f.Api(world.reader_a)
    operations = f.contour_ops(read, scale=1.2)
    operations[0]["parts"] = [f.circle(ODD, 32, 9)]
    operations += [
        {"op_id": f.op_id(), "kind": "pin", "name": "ed_phase", "value": 0, "base_version": 0},
        f.answer_op("assessable", "yes"),
        f.answer_op("class", "infarct"),
        f.answer_op("reason", REASON),
    ]
    answer = api.post(f"reads/{read.pk}/operations/", {"operations": operations})
    assert {row["outcome"] for row in answer.json()["results"]} == {"applied"}


def secrets_of_a(world: f.World, read: Read) -> list[bytes]:
    """What would give A away: who they are, what they drew, wrote and measured."""
    numbers = f.Api(world.reader_a).get(f"reads/{read.pk}/measurements/").json()
    person = world.reader_a
    shown = [person.display_name, person.email, str(person.pk), str(read.pk)]
    shown += [str(read.reader_id), REASON, str(f.circle(ODD, 32, 9)[0][0])]
    shown += [repr(numbers[name]) for name in ("edv_ml", "esv_ml", "ef_percent", "mass_g")]
    shown.append(numbers["inputs_hash"])
    return [text.encode() for text in shown]


def assert_no_trace(seen: dict[str, tuple[int, bytes]], secrets: list[bytes]) -> None:
    for address, (status, content) in seen.items():
        assert status < 500, address
        if address.endswith("/meetings/people/"):
            continue  # names of the team, for who may chair a meeting: the same whoever reads what
        for secret in secrets:
            # what the person put into the address themselves may come back
            if secret.decode() not in address:
                assert secret not in content, (address, secret)


def assert_same(before: dict[str, tuple[int, bytes]], after: dict[str, tuple[int, bytes]]) -> None:
    assert len(before) > 100
    for address, was in before.items():
        assert after[address] == was, address


def test_the_crawl_would_find_a_trace(world: f.World, reads: tuple[Read, Read]) -> None:
    """The net has the right mesh: A's own crawl is full of A."""
    work_as_a(world, reads[0])
    seen = crawl(f.Api(world.reader_a))
    everything = b"".join(content for _, content in seen.values())
    for secret in secrets_of_a(world, reads[0]):
        if secret != str(reads[0].reader_id).encode():
            assert secret in everything, secret


def test_a_blinded_reader_sees_nothing_of_the_other_read(
    world: f.World, reads: tuple[Read, Read], messages: list[tuple[set[str], dict[str, Any]]]
) -> None:
    mine, theirs = f.Api(world.reader_b), f.Api(world.reader_a)
    before = crawl(mine)
    messages.clear()
    work_as_a(world, reads[0])
    secrets = secrets_of_a(world, reads[0])
    during = crawl(mine)
    assert_no_trace(during, secrets)
    assert_same(before, during)
    assert f.submit(theirs, reads[0].pk).status_code == 200
    after = crawl(mine)
    assert_no_trace(after, secrets)
    assert_same(before, after)
    b = str(world.reader_b.pk)
    assert not [message for people, message in messages if b in people]


def test_nor_when_the_other_is_the_last_and_the_case_is_settled(
    world: f.World,
    case: Case,
    reads: tuple[Read, Read],
    messages: list[tuple[set[str], dict[str, Any]]],
) -> None:
    mine = f.Api(world.reader_b)
    f.read_through(world.reader_b, reads[1])
    before = crawl(mine)
    told = Notification.objects.filter(user=world.reader_b).count()
    messages.clear()
    work_as_a(world, reads[0])
    secrets = secrets_of_a(world, reads[0])
    assert f.submit(f.Api(world.reader_a), reads[0].pk).status_code == 200
    case.refresh_from_db()
    assert case.state == "adjudicating"
    settled = f.Api(world.adjudicator)
    row = Adjudication.objects.get(case=case)
    read_id = settled.post(f"adjudications/{row.pk}/start/").json()["read_id"]
    side = row.comparison.readings.get(read=reads[0]).key
    settled.post(
        f"adjudications/{row.pk}/decide/", {"op_id": "t", "source": side, "reason": "papillary"}
    )
    freezes = f.freezes_of(settled.get(f"reads/{read_id}/annotations/").json())
    body = {"op_id": "s", "password": f.PASSWORD, "meaning": "Settled", "freezes": freezes}
    assert settled.post(f"adjudications/{row.pk}/sign/", body).status_code == 200
    after = crawl(mine)
    assert_no_trace(after, secrets)
    assert_same(before, after)
    assert Notification.objects.filter(user=world.reader_b).count() == told
    b = str(world.reader_b.pk)
    assert not [message for people, message in messages if b in people]


def bring_imported(world: f.World, read: Read) -> None:
    """Annotations made elsewhere, on every frame, each with one odd coordinate."""
    contours = tuple(
        ImportedContour("lv_endo", address[1], 1, (((ODD_IMPORTED, 22.0), *_rest()),), "truth")
        for row in read.stack.addresses
        for address in row
    )
    store_imported(
        by=world.coordinator,
        case=read.case,
        stack=read.stack,
        labels=ImportedLabels("seg", contours),
        source=SOURCE,
        sha256="7" * 64,
    )


def _rest() -> tuple[tuple[float, float], ...]:
    return ((44.0, 36.0), (36.0, 36.0))


def test_imported_annotations_leave_no_trace_for_those_who_read_or_settle(
    world: f.World, case: Case, reads: tuple[Read, Read]
) -> None:
    """Neither the contours nor that there are any; not while reading, not after submitting."""
    people = [world.reader_a, world.reader_b, world.adjudicator]
    before = [crawl(f.Api(person)) for person in people]
    bring_imported(world, reads[0])
    hidden = [str(ODD_IMPORTED).encode(), SOURCE.encode()]
    for person, was in zip(people, before, strict=True):
        after = crawl(f.Api(person))
        assert_no_trace(after, hidden)
        assert_same(was, after)
    f.read_through(world.reader_b, reads[1])
    f.read_through(world.reader_a, reads[0], class_="dilated")
    for person in people[:2]:
        assert_no_trace(crawl(f.Api(person)), hidden)
    everything = b"".join(content for _, content in crawl(f.Api(world.adjudicator)).values())
    assert hidden[0] in everything


def test_a_coordinator_knows_of_imported_annotations_not_what_they_say(
    world: f.World, case: Case, reads: tuple[Read, Read]
) -> None:
    bring_imported(world, reads[0])
    boss = f.Api(world.coordinator)
    f.read_through(world.reader_a, reads[0])
    seen = crawl(boss)
    assert_no_trace(seen, [str(ODD_IMPORTED).encode()])
    assert SOURCE.encode() in b"".join(content for _, content in seen.values())
    f.read_through(world.reader_b, reads[1])
    opened = b"".join(content for _, content in crawl(boss).values())
    assert str(ODD_IMPORTED).encode() in opened


def test_a_reader_who_also_adjudicates_elsewhere_sees_no_more(
    world: f.World, reads: tuple[Read, Read]
) -> None:
    f.Membership.objects.create(project=world.project, user=world.reader_b, role="adjudicator")
    mine = f.Api(world.reader_b)
    f.read_through(world.reader_b, reads[1])
    before = crawl(mine)
    work_as_a(world, reads[0])
    secrets = secrets_of_a(world, reads[0])
    f.submit(f.Api(world.reader_a), reads[0].pk)
    after = crawl(mine)
    assert_no_trace(after, secrets)
    assert_same(before, after)


def test_a_coordinator_sees_no_contents_before_all_reads_are_in(
    world: f.World, case: Case, reads: tuple[Read, Read]
) -> None:
    boss = f.Api(world.coordinator)
    work_as_a(world, reads[0])
    store_draft(
        case=case,
        stack=reads[0].stack,
        model_version=f.make_model(),
        labels=ai_labels(),
        by_job="1",
    )
    f.submit(f.Api(world.reader_a), reads[0].pk)
    hidden = [*secrets_of_a(world, reads[0])[5:], str(ODD_AI).encode(), b'"infarct"']
    seen = {k: v for k, v in crawl(boss).items() if "/protocols/" not in k}
    assert_no_trace(seen, hidden)
    agreement = f"projects/{world.slug}/cases/{case.pk}/agreement/"
    assert boss.get(agreement).status_code == 404
    f.read_through_drafted(world.reader_b, reads[1])
    assert boss.get(agreement).status_code == 200
    opened = b"".join(content for _, content in crawl(boss).values())
    assert REASON.encode() in opened
    assert str(ODD_AI).encode() in opened


def test_an_adjudicator_sees_no_case_before_all_reads_are_in(
    world: f.World, case: Case, reads: tuple[Read, Read]
) -> None:
    api = f.Api(world.adjudicator)
    before = crawl(api)
    work_as_a(world, reads[0])
    f.submit(f.Api(world.reader_a), reads[0].pk)
    after = crawl(api)
    assert_same(before, after)
    assert_no_trace(after, secrets_of_a(world, reads[0]))


def test_one_who_coordinates_and_adjudicates_can_not_look_up_who_is_blue(
    world: f.World, case: Case, reads: tuple[Read, Read]
) -> None:
    f.Membership.objects.create(project=world.project, user=world.coordinator, role="adjudicator")
    api = f.Api(world.coordinator)
    f.read_through(world.reader_a, reads[0])
    f.read_through(world.reader_b, reads[1], class_="dilated")
    for read in reads:
        assert api.get(f"reads/{read.pk}/annotations/").status_code == 404
    assert api.get(f"adjudications/{Adjudication.objects.get().pk}/").status_code == 200


def test_whoever_leaves_the_team_loses_the_own_reads(
    world: f.World, reads: tuple[Read, Read]
) -> None:
    api = f.Api(world.reader_a)
    assert api.get(f"reads/{reads[0].pk}/").status_code == 200
    f.Membership.objects.filter(user=world.reader_a).delete()
    assert api.get(f"reads/{reads[0].pk}/").status_code == 404
    assert api.get("my-work/").json()["sections"][0]["items"] == []


def ai_labels() -> Any:
    """Drafts of all frames, with one odd coordinate in each."""
    labels = f.labels()
    for frame in labels.frames:
        first = frame.structures["lv_endo"][0]
        frame.structures["lv_endo"] = (((ODD_AI, 22.0), *first[1:]),)
    return labels


def test_who_asked_for_a_job_hears_of_it_while_they_see_the_project(
    world: f.World, case: Case
) -> None:
    mine = Job.objects.get(case=case)
    theirs = Job.objects.create(
        project=world.project, kind=JobKind.SEGMENT, title="Theirs", requested_by=world.admin
    )
    assert world.reader_a.pk in watchers(mine)
    Membership.objects.filter(user=world.reader_a).delete()
    assert world.reader_a.pk not in watchers(mine)
    assert world.admin.pk in watchers(theirs), "an admin sees every job"

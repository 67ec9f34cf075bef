"""Submitting, withdrawing, and what the last submit of a case sets off."""

from typing import Any

import pytest

from portal.accounts.models import Notification
from portal.adjudication.models import Adjudication
from portal.agreement.models import Comparison
from portal.annotations.services.drafts import store_draft
from portal.audit.models import AuditEvent
from portal.cases.models import Case
from portal.reads.models import Read
from tests.factories import reading as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world: f.World) -> Case:
    return f.make_case(world.project, "C-1")


@pytest.fixture
def reads(world: f.World, case: Case) -> tuple[Read, Read]:
    return world.assign_both(case)


def test_submitting_a_complete_read(world: f.World, reads: tuple[Read, Read]) -> None:
    api, answer = f.read_through(world.reader_a, reads[0])
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["may_edit"]) == ("submitted", False)
    after = api.post(
        f"reads/{reads[0].pk}/operations/", {"operations": [f.answer_op("class", "dilated", 1)]}
    )
    assert (after.status_code, after.json()["error"]["code"]) == (409, "read_closed")


def test_an_empty_read_is_incomplete(world: f.World, reads: tuple[Read, Read]) -> None:
    answer = f.submit(f.Api(world.reader_a), reads[0].pk)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "submit_incomplete")
    missing = answer.json()["error"]["details"]["missing"]
    assert {"kind": "answer", "question": "assessable"} in missing
    assert {"kind": "phase", "name": "ed_phase"} in missing


def test_drafts_at_ed_and_es_must_be_accepted_and_others_need_not(
    world: f.World, case: Case, reads: tuple[Read, Read]
) -> None:
    read = reads[0]
    store_draft(
        case=case, stack=read.stack, model_version=f.make_model(), labels=f.labels(), by_job="1"
    )
    api = f.Api(world.reader_a)
    answers = [f.answer_op("assessable", "yes"), f.answer_op("class", "normal")]
    api.post(f"reads/{read.pk}/operations/", {"operations": answers})
    refused = f.submit(api, read.pk).json()["error"]
    missing = refused["details"]["missing"]
    assert len(missing) == f.SLICES * 2 * 3
    assert {row["phase"] for row in missing} == {0, 2}
    accept = [
        {
            "op_id": f.op_id(),
            "kind": "state",
            "state": "accepted",
            "base_version": 1,
            **{k: row[k] for k in ("structure", "sop_instance_uid", "frame_number")},
        }
        for row in missing
    ]
    api.post(f"reads/{read.pk}/operations/", {"operations": accept})
    assert f.submit(api, read.pk).status_code == 200


def test_a_case_that_cannot_be_assessed_needs_a_reason_only(
    world: f.World, reads: tuple[Read, Read]
) -> None:
    api = f.Api(world.reader_a)
    api.post(f"reads/{reads[0].pk}/operations/", {"operations": [f.answer_op("assessable", "no")]})
    missing = f.submit(api, reads[0].pk).json()["error"]["details"]["missing"]
    assert missing == [{"kind": "answer", "question": "reason"}]
    api.post(f"reads/{reads[0].pk}/operations/", {"operations": [f.answer_op("reason", "motion")]})
    assert f.submit(api, reads[0].pk).status_code == 200


STALE = [
    ("contours", lambda rows: rows[1:]),
    ("contours", lambda rows: [{**rows[0], "version": 7}, *rows[1:]]),
    ("answers", lambda rows: rows[1:]),
    ("answers", lambda rows: [{**rows[0], "version": 2}, *rows[1:]]),
    ("pins", lambda rows: [{"name": "ed_phase", "version": 1}]),
]


@pytest.mark.parametrize(("group", "change"), STALE)
def test_a_submit_that_names_other_versions_is_stale(
    world: f.World, reads: tuple[Read, Read], group: str, change: Any
) -> None:
    api = f.Api(world.reader_a)
    operations = [
        *f.contour_ops(reads[0]),
        f.answer_op("assessable", "yes"),
        f.answer_op("class", "normal"),
    ]
    api.post(f"reads/{reads[0].pk}/operations/", {"operations": operations})
    contents = api.get(f"reads/{reads[0].pk}/annotations/").json()
    freezes = f.freezes_of(contents)
    freezes[group] = change(freezes[group])
    answer = api.post(f"reads/{reads[0].pk}/submit/", {"op_id": f.op_id(), "freezes": freezes})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "stale_submit")
    assert len(answer.json()["error"]["details"]["stale"]) == 1
    assert Read.objects.get(pk=reads[0].pk).state == "in_progress"


def test_the_same_submit_twice_is_answered_and_another_refused(
    world: f.World, reads: tuple[Read, Read]
) -> None:
    api, _ = f.read_through(world.reader_a, reads[0])
    read = Read.objects.get(pk=reads[0].pk)
    freezes = f.freezes_of(api.get(f"reads/{read.pk}/annotations/").json())
    again = api.post(f"reads/{read.pk}/submit/", {"op_id": read.submit_op_id, "freezes": freezes})
    assert (again.status_code, again.json()["state"]) == (200, "submitted")
    other = api.post(f"reads/{read.pk}/submit/", {"op_id": "other", "freezes": freezes})
    assert (other.status_code, other.json()["error"]["code"]) == (409, "read_closed")
    assert AuditEvent.objects.filter(action="read.submitted").count() == 1


@pytest.mark.parametrize(
    ("scale_b", "class_b", "state", "kind"),
    [
        (1.0, "normal", "agreed", "confirmation"),
        (1.0, "dilated", "adjudicating", "disagreement"),
        (1.6, "normal", "adjudicating", "disagreement"),
    ],
)
def test_the_last_submit_compares_and_opens_the_case(
    world: f.World,
    case: Case,
    reads: tuple[Read, Read],
    scale_b: float,
    class_b: str,
    state: str,
    kind: str,
) -> None:
    f.read_through(world.reader_a, reads[0])
    case.refresh_from_db()
    assert case.state == "reading"
    f.read_through(world.reader_b, reads[1], scale=scale_b, class_=class_b)
    case.refresh_from_db()
    assert case.state == state
    assert Adjudication.objects.get(case=case).kind == kind
    for person, n in ((world.adjudicator, 1), (world.coordinator, 1), (world.quality, 0)):
        rows = Notification.objects.filter(
            user=person, kind__in=["case_to_settle", "case_reads_in"]
        )
        assert rows.count() == n, person.display_name
    texts = set(Notification.objects.values_list("text", flat=True))
    assert not any(word in text.lower() for text in texts for word in ("differ", "agree", "ef "))


def test_nothing_is_submitted_when_the_audit_fails(
    world: f.World, case: Case, reads: tuple[Read, Read], monkeypatch: pytest.MonkeyPatch
) -> None:
    f.read_through(world.reader_a, reads[0])

    def broken(**kwargs: Any) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("portal.adjudication.services.opening.record_in_project", broken)
    with pytest.raises(RuntimeError):
        f.read_through(world.reader_b, reads[1], class_="dilated")
    assert Read.objects.get(pk=reads[1].pk).state == "in_progress"
    case.refresh_from_db()
    assert case.state == "reading"
    assert not Comparison.objects.exists()
    assert not Adjudication.objects.exists()
    assert not AuditEvent.objects.filter(
        action="read.submitted", target_id=str(reads[1].pk)
    ).exists()


def test_withdrawing_a_submitted_read_reopens_the_case_for_a_repeat(
    world: f.World, case: Case, reads: tuple[Read, Read]
) -> None:
    f.read_through(world.reader_a, reads[0])
    f.read_through(world.reader_b, reads[1], class_="dilated")
    boss = f.Api(world.coordinator)
    assert boss.post(f"reads/{reads[0].pk}/withdraw/", {"reason": " "}).status_code == 422
    assert boss.post(f"reads/{reads[0].pk}/withdraw/", {"reason": "swapped"}).status_code == 204
    case.refresh_from_db()
    assert case.state == "reading"
    assert Adjudication.objects.get(case=case).voided_at is not None
    url = f"projects/{world.slug}/cases/{case.pk}/agreement/"
    assert boss.get(url).status_code == 404
    assert (
        f.Api(world.adjudicator).get(f"adjudications/{Adjudication.objects.get().pk}/").status_code
        == 404
    )
    (repeat,) = world.assign(case, world.reader_a)
    assert (repeat.repeat, repeat.state) == (1, "assigned")
    f.read_through(world.reader_a, repeat)
    case.refresh_from_db()
    assert case.state == "adjudicating"
    assert Adjudication.objects.filter(case=case, voided_at__isnull=True).count() == 1
    assert boss.post(f"reads/{reads[0].pk}/withdraw/", {"reason": "x"}).status_code == 409


def test_only_coordinators_withdraw(world: f.World, reads: tuple[Read, Read]) -> None:
    for person, status in ((world.reader_a, 404), (world.adjudicator, 404), (world.owner, 404)):
        answer = f.Api(person).post(f"reads/{reads[0].pk}/withdraw/", {"reason": "x"})
        assert answer.status_code == status


def test_next_read_is_the_readers_own(world: f.World, reads: tuple[Read, Read]) -> None:
    second = f.make_case(world.project, "C-2")
    (mine, _) = world.assign_both(second)
    _, answer = f.read_through(world.reader_a, reads[0])
    assert answer.json()["next_read_id"] == str(mine.pk)

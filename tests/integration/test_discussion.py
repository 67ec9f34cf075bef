"""Threads: who sees them, who is told, what is kept."""

import json
from typing import Any

import pytest

from portal.accounts.models import Notification
from portal.audit.models import AuditEvent
from portal.discussion.models import Comment, Thread
from portal.projects.models import Membership
from portal.reads.models import Read
from tests.factories import reading as f

pytestmark = pytest.mark.django_db
WORDS = "Is the basal slice cavity or atrium?"


def case_threads(world: f.World, case: Any) -> str:
    return f"projects/{world.slug}/cases/{case.pk}/threads/"


def ask(user: Any, read: Read, **more: Any) -> Any:
    return f.Api(user).post(f"reads/{read.pk}/threads/", {"op_id": "1", "text": WORDS, **more})


def closed_case(world: f.World) -> tuple[Any, Read, Read]:
    case = f.make_case(world.project, "C-1")
    a, b = world.assign_both(case)
    f.read_through(world.reader_a, a)
    f.read_through(world.reader_b, b, class_="dilated")
    return case, a, b


def test_a_readers_question_reaches_the_coordinator_and_no_other_reader(world: f.World) -> None:
    a, b = world.assign_both(f.make_case(world.project, "C-1"))
    thread = ask(world.reader_a, a, anchor={"kind": "question", "question": "class"}).json()
    assert thread["about"] == "Your read"
    assert thread["case_id"] is None
    assert thread["comments"][0]["text"] == WORDS
    (told,) = Notification.objects.filter(kind="comment")
    assert told.user == world.coordinator
    assert told.text == "Zephyrine Aquila wrote about C-1."
    assert WORDS not in told.text
    seen = f.Api(world.coordinator).get(f"projects/{world.slug}/threads/").json()["results"]
    assert [row["id"] for row in seen] == [thread["id"]]
    for other in (world.reader_b, world.adjudicator, world.quality, world.owner):
        api = f.Api(other)
        assert api.get(f"projects/{world.slug}/threads/").json()["results"] == []
        assert api.get(f"reads/{a.pk}/threads/").status_code == 404
        body = {"op_id": "x", "text": "hello"}
        assert api.post(f"threads/{thread['id']}/comments/", body).status_code == 404
    listed = f.Api(world.reader_b).get(f"reads/{b.pk}/threads/").json()
    assert listed["threads"] == []
    assert [row["name"] for row in listed["people"]] == ["Cora Coordinator"]


def test_a_coordinator_who_reads_the_case_does_not_see_another_readers_question(
    world: f.World,
) -> None:
    Membership.objects.create(project=world.project, user=world.coordinator, role="reader")
    case = f.make_case(world.project, "C-1")
    a, _own = world.assign(case, world.reader_a, world.coordinator)
    f.Api(world.coordinator).post(
        f"reads/{_own.pk}/operations/", {"operations": f.contour_ops(_own, phases=(0,))}
    )
    listed = ask(world.reader_a, a)
    assert listed.status_code == 201
    assert f.Api(world.coordinator).get(f"reads/{a.pk}/threads/").status_code == 404
    assert f.Api(world.coordinator).get(f"projects/{world.slug}/threads/").json()["count"] == 0


def test_threads_about_a_case_open_when_all_reads_are_in(world: f.World) -> None:
    early = f.make_case(world.project, "C-0")
    world.assign_both(early)
    case, _, _ = closed_case(world)
    body = {"op_id": "1", "text": WORDS}
    for person in (world.coordinator, world.adjudicator):
        assert f.Api(person).post(case_threads(world, early), body).status_code == 404
        assert f.Api(person).post(case_threads(world, case), body).status_code == 201
    for reader in (world.reader_a, world.reader_b):
        assert f.Api(reader).get(case_threads(world, case)).status_code == 404
    people = f.Api(world.coordinator).get(case_threads(world, case)).json()["people"]
    assert {row["name"] for row in people} == {"Juno Adjudicator", "Ida Adjudicator"}


def test_mentions_reach_only_those_who_can_see_the_thread(world: f.World) -> None:
    case, _, _ = closed_case(world)
    api = f.Api(world.coordinator)
    body = {"op_id": "1", "text": WORDS, "mentions": [str(world.adjudicator.pk)]}
    thread = api.post(case_threads(world, case), body).json()
    (told,) = Notification.objects.filter(kind="mentioned")
    assert told.user == world.adjudicator
    assert told.href.endswith(f"?thread={thread['id']}")
    blind = {"op_id": "2", "text": WORDS, "mentions": [str(world.reader_a.pk)]}
    refused = api.post(f"threads/{thread['id']}/comments/", blind)
    assert refused.status_code == 422
    assert Comment.objects.count() == 1


def test_a_repeated_request_is_one_comment(world: f.World) -> None:
    case, _, _ = closed_case(world)
    api = f.Api(world.adjudicator)
    first = api.post(case_threads(world, case), {"op_id": "1", "text": WORDS}).json()
    again = api.post(case_threads(world, case), {"op_id": "1", "text": WORDS}).json()
    assert first["id"] == again["id"]
    for _ in range(2):
        answered = api.post(f"threads/{first['id']}/comments/", {"op_id": "2", "text": "Cavity."})
        assert answered.status_code == 201
    assert Comment.objects.count() == 2
    assert AuditEvent.objects.filter(action="thread.answered").count() == 1


def test_a_resolved_thread_takes_no_more_words_until_it_is_opened_again(world: f.World) -> None:
    case, _, _ = closed_case(world)
    api = f.Api(world.adjudicator)
    thread = api.post(case_threads(world, case), {"op_id": "1", "text": WORDS}).json()
    address = f"threads/{thread['id']}"
    done = api.post(f"{address}/resolve/", {"resolved": True}).json()
    assert done["resolved_by"] == "Juno Adjudicator"
    late = api.post(f"{address}/comments/", {"op_id": "2", "text": "Late"})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "thread_resolved")
    f.Api(world.coordinator).post(f"{address}/resolve/", {"resolved": False})
    assert api.post(f"{address}/comments/", {"op_id": "2", "text": "Late"}).status_code == 201
    asked = ((f"state=open&case={case.pk}", 1), ("state=resolved", 0), (f"case={thread['id']}", 0))
    for query, n in asked:
        assert api.get(f"projects/{world.slug}/threads/?{query}").json()["count"] == n
    assert api.get(f"projects/{world.slug}/threads/?case=x").status_code == 422


def test_only_its_author_deletes_a_comment_and_its_place_stays(world: f.World) -> None:
    case, _, _ = closed_case(world)
    api = f.Api(world.adjudicator)
    thread = api.post(case_threads(world, case), {"op_id": "1", "text": WORDS}).json()
    address = f"threads/{thread['id']}/comments/{thread['comments'][0]['id']}/"
    assert f.Api(world.coordinator).delete(address).status_code == 403
    assert api.delete(address).status_code == 204
    (left,) = api.get(case_threads(world, case)).json()["threads"][0]["comments"]
    assert (left["deleted"], left["text"]) == (True, "")


@pytest.mark.parametrize(
    "anchor",
    [
        {"kind": "elsewhere"},
        {"kind": "question"},
        {"kind": "image", "stack_id": "x", "slice": 0, "phase": 0},
        {"kind": "image", "stack_id": "0" * 32, "slice": -1, "phase": 0},
        {"kind": "image", "stack_id": "0" * 32, "slice": 0, "phase": 0, "column": 3},
        {"kind": "image", "stack_id": "0" * 32, "slice": 0, "phase": 0, "column": 1e9, "row": 1},
        {"kind": "question", "question": "class", "more": 1},
    ],
)
def test_an_anchor_that_is_none_is_refused(world: f.World, anchor: Any) -> None:
    case, _, _ = closed_case(world)
    body = {"op_id": "1", "text": WORDS, "anchor": anchor}
    refused = f.Api(world.adjudicator).post(case_threads(world, case), body)
    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "wrong_anchor"
    assert not Thread.objects.exists()


def test_an_anchor_names_a_stack_of_the_case(world: f.World) -> None:
    case, a, _ = closed_case(world)
    other = f.make_case(world.project, "C-2")
    theirs = other.studies.get().stacks.get()
    place = {
        "kind": "image",
        "slice": 1,
        "phase": 0,
        "column": 3.25,
        "row": 4,
        "structure": "lv_endo",
    }
    api = f.Api(world.adjudicator)
    body: dict[str, Any] = {"op_id": "1", "text": WORDS}
    body["anchor"] = {**place, "stack_id": str(theirs.pk)}
    assert api.post(case_threads(world, case), body).status_code == 422
    body["anchor"]["stack_id"] = str(a.stack_id)
    kept = api.post(case_threads(world, case), body)
    assert kept.status_code == 201, kept.content
    assert kept.json()["anchor"] == {**place, "stack_id": str(a.stack_id)}
    body = {**body, "op_id": "2", "anchor": {**body["anchor"], "slice": f.SLICES}}
    assert api.post(case_threads(world, case), body).status_code == 422


def test_words_go_with_a_withdrawn_subject_and_never_into_the_audit(world: f.World) -> None:
    from portal.withdrawal.services.withdrawing import withdraw

    case, _, _ = closed_case(world)
    f.Api(world.adjudicator).post(case_threads(world, case), {"op_id": "1", "text": WORDS})
    assert WORDS not in json.dumps(list(AuditEvent.objects.values_list("details", flat=True)))
    steward = f.user("Stella Steward")
    Membership.objects.create(project=world.project, user=steward, role="data_steward")
    withdraw(by=steward, subject_id=case.visit.subject_id, reason="Asked to.")
    assert Comment.objects.get().text == ""

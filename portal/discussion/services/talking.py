"""Opening a thread, answering, resolving, deleting one's own words.

Audit rows name the thread and the place, never the words. People are told that something was
written, not what.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.services.notifications import notify
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput
from portal.core.events import publish_changed
from portal.discussion.anchors import checked_anchor
from portal.discussion.errors import NotYourComment, ThreadResolved, WrongAnchor
from portal.discussion.models import Comment, Mention, Thread
from portal.discussion.selectors import Place, people_at, place_of
from portal.imaging.models import Stack

MAX_TEXT = 4000


@transaction.atomic
def open_thread(
    *, by: User, place: Place, op_id: str, text: str, anchor: Any, mentions: Sequence[UUID] = ()
) -> Thread:
    """Begin a thread with its first comment. A repeated ``op_id`` is answered."""
    wanted, words = checked_anchor(anchor), _words(text)
    _require_in_case(wanted, place)
    people = people_at(place)
    named = _named(people, mentions)
    thread, made = Thread.objects.get_or_create(
        opened_by=by,
        op_id=op_id,
        defaults={"case": place.case, "read": place.read, "anchor": wanted},
    )
    if made:
        comment = Comment.objects.create(thread=thread, author=by, text=words, op_id=op_id)
        _record(by, "thread.opened", thread)
        _tell(by, thread, comment, people, named)
    return thread


@transaction.atomic
def answer(
    *, by: User, thread: Thread, op_id: str, text: str, mentions: Sequence[UUID] = ()
) -> Comment:
    """Add a comment; raises ThreadResolved. A repeated ``op_id`` is answered."""
    words = _words(text)
    people = people_at(place_of(thread))
    named = _named(people, mentions)
    locked = Thread.objects.select_for_update(no_key=True).get(pk=thread.pk)
    before = Comment.objects.filter(author=by, op_id=op_id).first()
    if before is not None:
        return before
    if locked.resolved_at is not None:
        raise ThreadResolved()
    comment = Comment.objects.create(thread=thread, author=by, text=words, op_id=op_id)
    _record(by, "thread.answered", thread)
    _tell(by, thread, comment, people, named)
    return comment


@transaction.atomic
def set_resolved(*, by: User, thread: Thread, resolved: bool) -> None:
    """Close or open the thread again; saying it twice changes nothing."""
    locked = Thread.objects.select_for_update(no_key=True).get(pk=thread.pk)
    if (locked.resolved_at is not None) == resolved:
        return
    locked.resolved_at = timezone.now() if resolved else None
    locked.resolved_by = by if resolved else None
    locked.save(update_fields=["resolved_at", "resolved_by"])
    _record(by, "thread.resolved" if resolved else "thread.reopened", thread)
    _refresh(thread, people_at(place_of(thread)))


@transaction.atomic
def delete_comment(*, by: User, comment: Comment) -> None:
    """Take one's own words back: the place stays, the words go."""
    if comment.author_id != by.pk:
        raise NotYourComment()
    changed = Comment.objects.filter(pk=comment.pk, deleted_at__isnull=True).update(
        text="", deleted_at=timezone.now()
    )
    if changed:
        comment.mentions.all().delete()
        _record(by, "comment.deleted", comment.thread)
        _refresh(comment.thread, people_at(place_of(comment.thread)))


def _require_in_case(anchor: dict[str, Any], place: Place) -> None:
    """An image's place has to lie in a stack of the case."""
    if anchor.get("kind") != "image":
        return
    stack = Stack.objects.filter(study__case=place.case, pk=anchor["stack_id"]).first()
    if stack is None:
        raise WrongAnchor(anchor=["The stack is not of this case."])
    if anchor["slice"] >= stack.n_slices or anchor["phase"] >= stack.n_phases:
        raise WrongAnchor(anchor=["The stack has no such slice or phase."])


def _words(text: str) -> str:
    words = text.strip()
    if not words or len(words) > MAX_TEXT or "\x00" in words:
        raise InvalidInput(text=[f"Write 1 to {MAX_TEXT} characters."])
    return words


def _named(people: list[User], mentions: Sequence[UUID]) -> list[User]:
    """Those mentioned; somebody who may not see the thread is as good as nobody."""
    named = [person for person in people if person.pk in set(mentions)]
    if len(named) != len(set(mentions)):
        raise InvalidInput(mentions=["Mention people who can see this thread."])
    return named


def _tell(
    by: User, thread: Thread, comment: Comment, people: list[User], named: list[User]
) -> None:
    """Those mentioned, those who take part and, of a reader's question, all who answer those."""
    Mention.objects.bulk_create([Mention(comment=comment, user=person) for person in named])
    mentioned = {person.pk for person in named} - {by.pk}
    took_part = set(thread.comments.values_list("author_id", flat=True))
    seeing = {person.pk for person in people}
    concerned = seeing if thread.read is not None else took_part & seeing
    _notify(thread, mentioned, "mentioned", f"{by.display_name} mentioned you")
    _notify(thread, concerned - mentioned - {by.pk}, "comment", f"{by.display_name} wrote")
    _refresh(thread, people)


def _notify(thread: Thread, user_ids: set[UUID], kind: str, text: str) -> None:
    """The reader of a read is led to it, everyone else to the case."""
    slug = thread.case.project.slug
    reader_id = thread.read.reader.user_id if thread.read else None
    if reader_id in user_ids and thread.read is not None:
        href = f"/read/{thread.read.pk}?thread={thread.pk}"
        notify(
            user_ids=[reader_id],
            kind=kind,
            text=f"{text} about your read.",
            href=href,
            project=slug,
        )
    others = user_ids - {reader_id} if reader_id else user_ids
    href = f"/p/{slug}/cases/{thread.case_id}?thread={thread.pk}"
    notify(
        user_ids=others,
        kind=kind,
        text=f"{text} about {thread.case.label}.",
        href=href,
        project=slug,
    )


def _refresh(thread: Thread, people: Iterable[User]) -> None:
    publish_changed(
        user_ids=[person.pk for person in people],
        model="thread",
        object_id=thread.pk,
        project=thread.case.project.slug,
    )


def _record(by: User, action: str, thread: Thread) -> None:
    details = {"case": str(thread.case_id)}
    if thread.read_id:
        details["read"] = str(thread.read_id)
    record_in_project(
        project_id=thread.case.project_id,
        by=by,
        action=action,
        target_type="thread",
        target_id=thread.pk,
        details=details,
    )

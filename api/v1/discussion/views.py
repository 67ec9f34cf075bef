"""Threads about cases and reads."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import asked, checked, person
from api.v1.discussion import serializers as s
from api.v1.imaging.rendering import ROW_KEYS, UID_KEYS
from portal.accounts.models import User
from portal.core.errors import NotFound
from portal.discussion import selectors
from portal.discussion.models import Comment, Thread
from portal.discussion.selectors import Place
from portal.discussion.services import talking
from portal.imaging.aliases import OWN, renamed
from portal.projects.selectors import get_project
from portal.reads.naming import stack_sent
from portal.reads.opened_images import names_for


def render(user: User, thread: Thread) -> dict[str, Any]:
    """A reader isn't told the case of their read: the read is all they know of it."""
    is_reader = thread.read is not None and thread.read.reader.user_id == user.pk
    return {
        "id": thread.pk,
        "about": "Your read" if is_reader else thread.case.label,
        "case_id": None if is_reader else thread.case_id,
        "read_id": thread.read_id,
        "anchor": _anchor(user, thread),
        "resolved": thread.resolved_at is not None,
        "resolved_by": thread.resolved_by.display_name if thread.resolved_by else None,
        "comments": [_comment(user, row) for row in thread.comments.all()],
    }


def _anchor(user: User, thread: Thread) -> Any:
    """To the reader a place in an image is one of their read, and named as that names it."""
    names = names_for(user, thread.read) if thread.read else OWN
    return renamed(thread.anchor, names, UID_KEYS, ROW_KEYS)


def _comment(user: User, row: Comment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": row.created_at,
        "author": _person(row.author),
        "is_mine": row.author_id == user.pk,
        "text": row.text,
        "deleted": row.deleted_at is not None,
    }


def _person(user: User) -> dict[str, Any]:
    return {"id": user.pk, "name": user.display_name}


class _PlaceView(APIView):
    """Threads at one place: the list with whom one can mention, and a new one."""

    def listed(self, user: User, place: Place) -> Response:
        others = [row for row in selectors.people_at(place) if row.pk != user.pk]
        threads = selectors.threads_at(user, place)
        return Response(
            {
                "threads": [render(user, row) for row in threads],
                "people": [_person(row) for row in others],
            }
        )

    def opened(self, request: Request, place: Place) -> Response:
        user, body = person(request), checked(s.OpenThreadSerializer, request)
        body["anchor"] = _stored(user, place, body.get("anchor"))
        thread = talking.open_thread(by=user, place=place, **body)
        return Response(render(user, selectors.get_thread(user, thread.pk)), status=201)


def _stored(user: User, place: Place, anchor: Any) -> Any:
    """The anchor that came in, with the stored id of its stack."""
    if place.read is None or not isinstance(anchor, dict) or "stack_id" not in anchor:
        return anchor
    return {**anchor, "stack_id": stack_sent(user, place.read, str(anchor["stack_id"]))}


class CaseThreadsView(_PlaceView):
    @extend_schema(responses=s.ThreadsSerializer)
    def get(self, request: Request, slug: str, case_id: UUID) -> Response:
        user = person(request)
        return self.listed(user, selectors.place_of_case(user, get_project(user, slug), case_id))

    @extend_schema(request=s.OpenThreadSerializer, responses={201: s.ThreadSerializer})
    def post(self, request: Request, slug: str, case_id: UUID) -> Response:
        user = person(request)
        place = selectors.place_of_case(user, get_project(user, slug), case_id)
        return self.opened(request, place)


class ReadThreadsView(_PlaceView):
    @extend_schema(responses=s.ThreadsSerializer)
    def get(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        return self.listed(user, selectors.place_of_read(user, read_id))

    @extend_schema(request=s.OpenThreadSerializer, responses={201: s.ThreadSerializer})
    def post(self, request: Request, read_id: UUID) -> Response:
        return self.opened(request, selectors.place_of_read(person(request), read_id))


class ProjectThreadsView(APIView):
    """What is asked and said in the project, newest first."""

    @extend_schema(responses=s.ThreadPageSerializer)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        rows = selectors.threads_in(
            user,
            get_project(user, slug),
            state=asked(request, "state"),
            case=asked(request, "case"),
        )
        return Response(paged(request, rows, lambda row: render(user, row)))


class CommentsView(APIView):
    @extend_schema(request=s.WriteSerializer, responses={201: s.ThreadSerializer})
    def post(self, request: Request, thread_id: UUID) -> Response:
        user = person(request)
        thread = selectors.get_thread(user, thread_id)
        talking.answer(by=user, thread=thread, **checked(s.WriteSerializer, request))
        return Response(render(user, selectors.get_thread(user, thread_id)), status=201)


class ResolveView(APIView):
    @extend_schema(request=s.ResolveSerializer, responses=s.ThreadSerializer)
    def post(self, request: Request, thread_id: UUID) -> Response:
        user = person(request)
        thread = selectors.get_thread(user, thread_id)
        talking.set_resolved(by=user, thread=thread, **checked(s.ResolveSerializer, request))
        return Response(render(user, selectors.get_thread(user, thread_id)))


class CommentView(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, thread_id: UUID, comment_id: UUID) -> Response:
        user = person(request)
        thread = selectors.get_thread(user, thread_id)
        comment = thread.comments.filter(pk=comment_id).first()
        if comment is None:
            raise NotFound()
        talking.delete_comment(by=user, comment=comment)
        return Response(status=204)

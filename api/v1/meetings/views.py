"""Consensus meetings, and who has a case open."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import asked, checked, person, whole_number
from api.v1.adjudications.rendering import detail as readings
from api.v1.adjudications.serializers import AdjudicationSerializer
from api.v1.meetings import rendering
from api.v1.meetings import serializers as s
from portal.core.errors import InvalidInput
from portal.meetings import selectors
from portal.meetings.services import acting, attending, convening
from portal.meetings.services.presence import be_present
from portal.projects.selectors import get_project


class MeetingsView(APIView):
    @extend_schema(responses=s.MeetingPageSerializer)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        state = request.query_params.get("state", "")
        rows = selectors.meetings_in(user, get_project(user, slug), state=state)
        return Response(paged(request, rows, rendering.brief))

    @extend_schema(request=s.ConveneSerializer, responses={201: s.MeetingSerializer})
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        row = convening.convene(by=user, project=project, **checked(s.ConveneSerializer, request))
        return Response(rendering.detail(user, row), status=201)


class PeopleView(APIView):
    """Whom one can invite."""

    @extend_schema(responses=s.MeetingPersonSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        found = selectors.people_to_invite(user, get_project(user, slug))
        return Response([rendering.person(row) for row in found])


class MeetingView(APIView):
    @extend_schema(responses=s.MeetingSerializer)
    def get(self, request: Request, meeting_id: UUID) -> Response:
        user = person(request)
        return Response(rendering.detail(user, selectors.get_meeting(user, meeting_id)))


class InviteView(APIView):
    @extend_schema(request=s.InvitePeopleSerializer, responses=s.MeetingSerializer)
    def post(self, request: Request, meeting_id: UUID) -> Response:
        user = person(request)
        body = checked(s.InvitePeopleSerializer, request)
        return Response(
            rendering.detail(user, convening.invite(by=user, meeting_id=meeting_id, **body))
        )


class AgendaView(APIView):
    @extend_schema(request=s.AgendaSerializer, responses=s.MeetingSerializer)
    def post(self, request: Request, meeting_id: UUID) -> Response:
        user = person(request)
        body = checked(s.AgendaSerializer, request)
        return Response(
            rendering.detail(user, convening.set_agenda(by=user, meeting_id=meeting_id, **body))
        )


class ActView(APIView):
    """Everything that is done in the room and has to last: votes, words, decisions."""

    @extend_schema(request=s.ActSerializer, responses=s.MeetingEventSerializer)
    def post(self, request: Request, meeting_id: UUID) -> Response:
        user = person(request)
        body = checked(s.ActSerializer, request)
        return Response(acting.wire(acting.act(by=user, meeting_id=meeting_id, **body)))


class EventsView(APIView):
    @extend_schema(responses=s.MeetingEventsSerializer)
    def get(self, request: Request, meeting_id: UUID) -> Response:
        user = person(request)
        since = whole_number(asked(request, "since", "0"))
        if since is None:
            raise InvalidInput(since=["Give the number of the last event that you have."])
        meeting = selectors.get_meeting(user, meeting_id)
        rows = selectors.events_since(user, meeting, since)
        return Response({"events": [acting.wire(row) for row in rows]})


class ItemView(APIView):
    """The readings of a case on the table, as an adjudicator sees them."""

    @extend_schema(responses=AdjudicationSerializer)
    def get(self, request: Request, meeting_id: UUID, item_id: UUID) -> Response:
        user = person(request)
        meeting = selectors.get_meeting(user, meeting_id)
        _, adjudication = selectors.get_tabled(user, meeting, item_id)
        # who sees readings on the table is in the room, and can't be given the case to read
        attending.join(by=user, meeting_id=meeting.pk)
        found = readings(user, adjudication)
        # whoever may know the readers elsewhere: others at this table mayn't
        masked = [{**reading, "reader": None} for reading in found["readings"]]
        return Response({**found, "readings": masked, "readers_masked": True})


class PresenceView(APIView):
    @extend_schema(request=s.PresentSerializer, responses=s.PresencesSerializer)
    def post(self, request: Request, slug: str, case_id: UUID) -> Response:
        user = person(request)
        project = get_project(user, slug)
        body = checked(s.PresentSerializer, request)
        others = be_present(by=user, project=project, case_id=case_id, **body)
        return Response(
            {"others": [{**rendering.person(row.user), "page": row.page} for row in others]}
        )

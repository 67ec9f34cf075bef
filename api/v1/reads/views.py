"""One read: what it says, saving, submitting, withdrawing."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import checked, person
from api.v1.reads import parsing, rendering
from api.v1.reads import serializers as s
from api.v1.reads.naming import errors_under, freezes_stored, operations_stored
from portal.adjudication.services.submission import submit_read
from portal.annotations.selectors import contents_of
from portal.annotations.services.drafts import open_read
from portal.annotations.services.operations import apply_operations
from portal.core.errors import NotFound
from portal.inference.services.frames import segment_frame
from portal.measurements.long_axis import long_axis_numbers
from portal.measurements.services.first_opinion import ai_opinion, give_first_opinion
from portal.measurements.services.measuring import measure
from portal.reads.blinding import get_managed_read, get_own_read, get_visible_read
from portal.reads.naming import WayBack
from portal.reads.opened_images import names_for
from portal.reads.services.lifecycle import withdraw_read


class ReadView(APIView):
    @extend_schema(responses=s.ReadSerializer)
    def get(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        read = open_read(user, read_id)
        return Response(rendering.read_detail(user, read))


class WithdrawView(APIView):
    @extend_schema(request=s.WithdrawSerializer, responses={204: None})
    def post(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        body = checked(s.WithdrawSerializer, request)
        withdraw_read(by=user, read=get_managed_read(user, read_id), reason=body["reason"])
        return Response(status=204)


class AnnotationsView(APIView):
    @extend_schema(responses=s.ContentsSerializer)
    def get(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        read = open_read(user, read_id)
        return Response(rendering.contents(contents_of(read), names_for(user, read)))


class OperationsView(APIView):
    @extend_schema(request=s.OperationsSerializer, responses=s.SavedSerializer)
    def post(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        read = get_own_read(user, read_id)
        way = WayBack(user, read)
        operations = operations_stored(way, parsing.operations_in(request.data))
        wanted = parsing.wants_numbers(request.data)
        results = apply_operations(by=user, read=read, operations=operations)
        numbers = rendering.measured(measure(read), way.names) if wanted else None
        return Response(
            {
                "results": [rendering.op_result(result, way.names) for result in results],
                "measurements": numbers,
            }
        )


class MeasurementsView(APIView):
    @extend_schema(responses=s.FunctionSerializer)
    def get(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        read = get_visible_read(user, read_id)
        return Response(rendering.measured(measure(read), names_for(user, read)))


class LongAxisView(APIView):
    """Area-length volumes of the contours on long axes."""

    @extend_schema(responses=s.LongAxisNumbersSerializer)
    def get(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        read = get_visible_read(user, read_id)
        return Response(rendering.long_axis(long_axis_numbers(read), names_for(user, read)))


class SegmentFrameView(APIView):
    """Contours of one frame by the model, or one of them corrected. Nothing is saved by it."""

    @extend_schema(request=s.SegmentFrameSerializer, responses=s.FrameContoursSerializer)
    def post(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        read = get_own_read(user, read_id)
        slice_index, phase_index, correction = parsing.frame_in(request.data)
        found = segment_frame(
            by=user,
            read=read,
            slice_index=slice_index,
            phase_index=phase_index,
            correction=correction,
        )
        return Response(
            {
                "structures": found.structures,
                "model": found.model_label,
                "made_by": found.made_by,
            }
        )


class SubmitView(APIView):
    @extend_schema(request=s.FinalSubmitSerializer, responses=s.ReadSerializer)
    def post(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        read = get_own_read(user, read_id)
        op_id = parsing.op_id_in(request.data)
        freezes = parsing.freezes_in(parsing.body_in(request.data).get("freezes"))
        reason = parsing.reason_in(request.data)
        way = WayBack(user, read)
        with errors_under(way.names):
            frozen = freezes_stored(way, freezes)
            submit_read(by=user, read=read, op_id=op_id, freezes=frozen, reason=reason)
        return Response(rendering.read_detail(user, get_own_read(user, read_id)))


class FirstOpinionView(APIView):
    """Freeze what the reader says before the AI is shown; from then on it is shown."""

    @extend_schema(request=s.SubmitSerializer, responses=s.ReadSerializer)
    def post(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        read = get_own_read(user, read_id)
        op_id = parsing.op_id_in(request.data)
        freezes = parsing.freezes_in(parsing.body_in(request.data).get("freezes"))
        way = WayBack(user, read)
        with errors_under(way.names):
            frozen = freezes_stored(way, freezes)
            give_first_opinion(by=user, read=read, op_id=op_id, freezes=frozen)
        return Response(rendering.read_detail(user, get_own_read(user, read_id)))


class AiOpinionView(APIView):
    """What the AI says, where it may be shown in this read."""

    @extend_schema(responses=s.AiOpinionSerializer)
    def get(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        read = get_own_read(user, read_id)
        found = ai_opinion(read)
        if found is None:
            raise NotFound()
        return Response(rendering.ai_opinion(found, names_for(user, read)))

"""One read: what it says, saving, submitting, withdrawing."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import checked, person
from api.v1.reads import parsing, rendering
from api.v1.reads import serializers as s
from portal.adjudication.services.submission import submit_read
from portal.annotations.selectors import contents_of
from portal.annotations.services.operations import apply_operations
from portal.inference.services.frames import segment_frame
from portal.measurements.services.measuring import measure
from portal.reads.blinding import get_managed_read, get_own_read, get_visible_read
from portal.reads.services.lifecycle import withdraw_read


class ReadView(APIView):
    @extend_schema(responses=s.ReadSerializer)
    def get(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        return Response(rendering.read_detail(user, get_visible_read(user, read_id)))


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
        read = get_visible_read(person(request), read_id)
        return Response(rendering.contents(contents_of(read)))


class OperationsView(APIView):
    @extend_schema(request=s.OperationsSerializer, responses=s.SavedSerializer)
    def post(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        read = get_own_read(user, read_id)
        operations = parsing.operations_in(request.data)
        results = apply_operations(by=user, read=read, operations=operations)
        return Response(
            {
                "results": [rendering.op_result(result) for result in results],
                "measurements": measure(read),
            }
        )


class MeasurementsView(APIView):
    @extend_schema(responses=s.FunctionSerializer)
    def get(self, request: Request, read_id: UUID) -> Response:
        return Response(measure(get_visible_read(person(request), read_id)))


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
    @extend_schema(request=s.SubmitSerializer, responses=s.ReadSerializer)
    def post(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        read = get_own_read(user, read_id)
        op_id = parsing.op_id_in(request.data)
        freezes = parsing.freezes_in(parsing.body_in(request.data).get("freezes"))
        submit_read(by=user, read=read, op_id=op_id, freezes=freezes)
        return Response(rendering.read_detail(user, get_own_read(user, read_id)))

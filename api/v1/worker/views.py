"""The workers' side of jobs. No sessions here: the installation's worker token leases, and the
token in the envelope is good for one attempt of one job."""

import hmac
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import body_chunks, checked
from api.v1.imports.views import RawParser
from cmrkit.contracts import JobQueue
from portal.jobs.errors import AttemptExpired, WorkerUnknown
from portal.jobs.selectors import due_job_ids
from portal.jobs.services import attempts
from portal.jobs.services.workers import farewell
from portal.jobs.workers import WorkerCard


class WorkerView(APIView):
    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    schema = None


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _require_worker(request: Request) -> None:
    if not hmac.compare_digest(_bearer(request).encode(), settings.ACCORD_WORKER_TOKEN.encode()):
        raise WorkerUnknown()


def _attempt_token(request: Request) -> str:
    token = _bearer(request)
    if not token:
        raise AttemptExpired()
    return token


class LeaseSerializer(serializers.Serializer[Any]):
    worker = serializers.CharField(max_length=120)


class CardSerializer(LeaseSerializer):
    queues = serializers.ListField(
        child=serializers.ChoiceField(choices=[q.value for q in JobQueue]),
        required=False,
        default=list,
    )
    device = serializers.CharField(max_length=120, allow_blank=True, default="")
    has_gpu = serializers.BooleanField(default=False)
    version = serializers.CharField(max_length=40, allow_blank=True, default="")


class HeartbeatSerializer(serializers.Serializer[Any]):
    progress = serializers.FloatField(min_value=0, max_value=1, default=0.0)
    message = serializers.CharField(max_length=300, allow_blank=True, default="")
    metrics = serializers.DictField(required=False, default=dict)


class ResultSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=["succeeded", "failed"])
    output = serializers.DictField(required=False, default=dict)
    error = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        required=False,
        allow_null=True,
        default=None,
    )


class DueView(WorkerView):
    def get(self, request: Request) -> Response:
        _require_worker(request)
        return Response({"jobs": [str(pk) for pk in due_job_ids()]})


class NextView(WorkerView):
    """The most urgent job for this worker, leased; null where there is none."""

    def post(self, request: Request) -> Response:
        _require_worker(request)
        said = checked(CardSerializer, request)
        card = WorkerCard(
            name=said["worker"],
            queues=tuple(said["queues"]),
            device=said["device"],
            has_gpu=said["has_gpu"],
            version=said["version"],
        )
        envelope = attempts.lease_next(card)
        return Response({"envelope": envelope.to_json() if envelope else None})


class ByeView(WorkerView):
    """A worker ends in good order."""

    def post(self, request: Request) -> Response:
        _require_worker(request)
        farewell(checked(LeaseSerializer, request)["worker"])
        return Response({})


class LeaseView(WorkerView):
    def post(self, request: Request, job_id: UUID) -> Response:
        _require_worker(request)
        body = checked(LeaseSerializer, request)
        return Response(attempts.lease(job_id=job_id, worker=body["worker"]).to_json())


class HeartbeatView(WorkerView):
    def post(self, request: Request, job_id: UUID) -> Response:
        body = checked(HeartbeatSerializer, request)
        state = attempts.heartbeat(job_id=job_id, token=_attempt_token(request), **body)
        return Response({"state": state})


class ArtifactView(WorkerView):
    parser_classes = [RawParser]

    def put(self, request: Request, job_id: UUID, name: str) -> Response:
        row = attempts.take_artifact(
            job_id=job_id,
            token=_attempt_token(request),
            name=name,
            chunks=body_chunks(request),
        )
        return Response({"sha256": row.blob_id})


class ResultView(WorkerView):
    def post(self, request: Request, job_id: UUID) -> Response:
        body = checked(ResultSerializer, request)
        attempts.take_result(
            job_id=job_id,
            token=_attempt_token(request),
            succeeded=body["status"] == "succeeded",
            output=body["output"],
            error=body["error"],
        )
        return Response({"state": body["status"]})


class InputView(WorkerView):
    def get(self, request: Request, signed: str) -> HttpResponse:
        data, media_type = attempts.open_input(signed)
        return HttpResponse(data, content_type=media_type)

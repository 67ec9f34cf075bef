"""Models, training runs, evaluations, promotion."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import checked, person
from api.v1.models import rendering
from api.v1.projects.rendering import model_brief
from portal.core.errors import NotAllowed
from portal.datasets.selectors import get_dataset, get_test_set
from portal.modelhub import selectors
from portal.modelhub.models import Champion
from portal.modelhub.packages import shipped_packages
from portal.modelhub.services import evaluating, promoting, training
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, require

ANY = {200: OpenApiTypes.OBJECT}


class NewRunSerializer(serializers.Serializer[Any]):
    dataset_id = serializers.UUIDField()
    base_model_id = serializers.UUIDField()
    steps = serializers.IntegerField(required=False, min_value=1)
    lr = serializers.FloatField(required=False, min_value=1e-6, max_value=0.1)
    batch = serializers.IntegerField(required=False, min_value=1, max_value=64)
    seed = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


class EvaluateSerializer(serializers.Serializer[Any]):
    test_set_id = serializers.UUIDField()


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500, allow_blank=True)


class ApproveSerializer(serializers.Serializer[Any]):
    password = serializers.CharField(max_length=256, trim_whitespace=False)
    meaning = serializers.CharField(max_length=200)
    reason = serializers.CharField(max_length=500, allow_blank=True, required=False, default="")


class StartingModelsView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request) -> Response:
        if not person(request).is_installation_admin:
            raise NotAllowed()
        keys = ("name", "title", "licence", "noncommercial", "demonstration", "summary")
        return Response([{k: p.card[k] for k in keys} for p in shipped_packages()])


class ModelsView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.VIEW_MODELS, project)
        rows = selectors.visible_models(user).filter(project=project).order_by("-created_at")
        champion = Champion.objects.filter(project=project).select_related("model").first()
        return Response(
            {
                "champion": model_brief(champion.model) if champion else None,
                "models": [
                    {
                        **model_brief(row),
                        "licence": row.card.get("licence", ""),
                        "summary": row.card.get("summary", ""),
                        "created_at": row.created_at,
                        "gate_passed": (
                            found.gate_passed
                            if (found := selectors.newest_evaluation(row))
                            else None
                        ),
                    }
                    for row in rows
                ],
            }
        )


class ModelView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, model_id: UUID) -> Response:
        user = person(request)
        return Response(rendering.model_detail(user, selectors.get_model(user, model_id)))


class EvaluateView(APIView):
    @extend_schema(request=EvaluateSerializer, responses=ANY)
    def post(self, request: Request, model_id: UUID) -> Response:
        user = person(request)
        model = selectors.get_model(user, model_id)
        body = checked(EvaluateSerializer, request)
        test_set = get_test_set(user, body["test_set_id"])
        evaluating.evaluate(by=user, model=model, test_set=test_set)
        return Response(rendering.model_detail(user, model), status=201)


class ProposeView(APIView):
    @extend_schema(request=ReasonSerializer, responses=ANY)
    def post(self, request: Request, model_id: UUID) -> Response:
        user = person(request)
        model = selectors.get_model(user, model_id)
        promoting.propose(by=user, model=model, **checked(ReasonSerializer, request))
        return Response(rendering.model_detail(user, model))


class ApproveView(APIView):
    @extend_schema(request=ApproveSerializer, responses=ANY)
    def post(self, request: Request, model_id: UUID) -> Response:
        user = person(request)
        model = selectors.get_model(user, model_id)
        model = promoting.approve(by=user, model=model, **checked(ApproveSerializer, request))
        return Response(rendering.model_detail(user, model))


class RefuseView(APIView):
    @extend_schema(request=ReasonSerializer, responses=ANY)
    def post(self, request: Request, model_id: UUID) -> Response:
        user = person(request)
        model = selectors.get_model(user, model_id)
        model = promoting.refuse(by=user, model=model, **checked(ReasonSerializer, request))
        return Response(rendering.model_detail(user, model))


class TrainingRunsView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        rows = selectors.visible_runs(user).filter(dataset__project=project)
        return Response(paged(request, rows.order_by("-created_at"), rendering.training_run))

    @extend_schema(request=NewRunSerializer, responses=ANY)
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        require(user, Permission.TRAIN, get_project(user, slug))
        body = checked(NewRunSerializer, request)
        run = training.start_training(
            by=user,
            dataset=get_dataset(user, body.pop("dataset_id")),
            base_model=selectors.get_model(user, body.pop("base_model_id")),
            params=body,
        )
        return Response(rendering.training_run(run, curve=True), status=201)


class TrainingRunView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, run_id: UUID) -> Response:
        run = selectors.get_run(person(request), run_id)
        return Response(rendering.training_run(run, curve=True))

"""Whether what comes in, what models make of it and what readers do with that has changed."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import checked, person
from portal.accounts.models import User
from portal.modelhub import drift_selectors
from portal.modelhub.drift import Charted, Lacking
from portal.modelhub.models import DriftReference
from portal.modelhub.services.drifting import choose_reference
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, permissions_of, require

ANY = {200: OpenApiTypes.OBJECT}


class ReferenceSerializer(serializers.Serializer[Any]):
    first_date = serializers.DateField()
    last_date = serializers.DateField()


class DriftView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        """The charts against the newest reference period, and what can't be charted yet."""
        user = person(request)
        return Response(_drift(user, _watched(user, slug)))

    @extend_schema(request=ReferenceSerializer, responses=ANY)
    def post(self, request: Request, slug: str) -> Response:
        """Choose the reference period."""
        user = person(request)
        row = choose_reference(
            by=user, project=get_project(user, slug), **checked(ReferenceSerializer, request)
        )
        return Response(_reference(row), status=201)


class CorrectionsView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        """How far readers moved drafts, by model, site, structure and phase."""
        user = person(request)
        return Response({"rows": drift_selectors.corrections_of(user, _watched(user, slug))})


def _watched(user: User, slug: str) -> Project:
    project = get_project(user, slug)
    held = permissions_of(user, project)
    if Permission.TRAIN not in held:
        require(user, Permission.APPROVE_MODEL, project)
    return project


def _drift(user: User, project: Project) -> dict[str, Any]:
    reference, charts, lacking = drift_selectors.charts_of(project, user)
    return {
        "reference": _reference(reference) if reference else None,
        "may_choose": Permission.APPROVE_MODEL in permissions_of(user, project),
        "charts": [_chart(row) for row in charts],
        "lacking": [_lacking(row) for row in lacking],
    }


def _reference(row: DriftReference) -> dict[str, Any]:
    return {
        "id": row.pk,
        "first_date": row.first_date,
        "last_date": row.last_date,
        "chosen_by": row.chosen_by.display_name,
    }


def _lacking(row: Lacking) -> dict[str, Any]:
    return {
        "kind": row.signal.kind,
        "title": row.signal.title,
        "n_reference": row.n_reference,
        "missing": row.missing,
    }


def _chart(row: Charted) -> dict[str, Any]:
    return {
        "code": row.code,
        "kind": row.signal.kind,
        "title": row.signal.title,
        "unit": row.signal.unit,
        "site": row.site,
        "n_reference": row.n_reference,
        "centre": row.chart.centre,
        "weeks": [
            {
                "week": week,
                "n": point.n,
                "value": point.value,
                "low": point.low,
                "high": point.high,
                "alarm": point.alarm and point.n > 0,
            }
            for week, point in zip(row.weeks, row.chart.points, strict=True)
        ],
    }

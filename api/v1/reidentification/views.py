"""The re-identification list: pseudonyms for the data steward, names after the password."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import checked, person
from portal.intake.models import SubjectIdentity
from portal.intake.selectors import listed_identities
from portal.intake.services.identities import MOST_OPENED, open_identities
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, require


class PseudonymSerializer(serializers.Serializer[Any]):
    subject_id = serializers.UUIDField()
    subject = serializers.CharField()
    pseudonym = serializers.CharField()
    n_studies = serializers.IntegerField()
    kept_at = serializers.DateTimeField()


class PseudonymPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    results = PseudonymSerializer(many=True)


class OpenSerializer(serializers.Serializer[Any]):
    """The search text travels in the body: it is a name, and addresses are logged."""

    password = serializers.CharField(max_length=1024, trim_whitespace=False)
    search = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    page = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False, default=1)
    page_size = serializers.IntegerField(
        min_value=1, max_value=MOST_OPENED, required=False, default=25
    )


class OpenedStudySerializer(serializers.Serializer[Any]):
    study = serializers.CharField()
    study_uid = serializers.CharField()
    study_date = serializers.CharField()
    accession_number = serializers.CharField()


class OpenedSerializer(serializers.Serializer[Any]):
    subject_id = serializers.UUIDField()
    subject = serializers.CharField()
    pseudonym = serializers.CharField()
    patient_name = serializers.CharField()
    patient_id = serializers.CharField()
    issuer_of_patient_id = serializers.CharField()
    birth_date = serializers.CharField()
    studies = OpenedStudySerializer(many=True)


class OpenedPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    results = OpenedSerializer(many=True)


def _row(row: SubjectIdentity) -> dict[str, Any]:
    return {
        "subject_id": row.subject_id,
        "subject": row.subject.label,
        "pseudonym": row.pseudonym,
        "n_studies": row.n_studies,  # type: ignore[attr-defined]
        "kept_at": row.created_at,
    }


class ReidentificationView(APIView):
    """Pseudonyms alone; nothing is opened."""

    @extend_schema(responses=PseudonymPageSerializer)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.OPEN_VAULT, project)
        return Response(paged(request, listed_identities(user, project), _row))


class OpenReidentificationView(APIView):
    @extend_schema(request=OpenSerializer, responses=OpenedPageSerializer)
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.OPEN_VAULT, project)
        body = checked(OpenSerializer, request)
        count, opened = open_identities(by=user, project=project, **body)
        answer = Response(
            {
                "count": count,
                "page": body["page"],
                "page_size": body["page_size"],
                "results": [asdict(entry) for entry in opened],
            }
        )
        answer["Cache-Control"] = "no-store"
        return answer

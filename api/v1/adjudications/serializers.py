from typing import Any

from rest_framework import serializers

from api.v1.adjudications.reference_serializers import ReferenceBriefSerializer
from api.v1.agreement.serializers import AgreementSerializer
from api.v1.annotations.serializers import ImportedAnnotationsSerializer
from api.v1.protocols.serializers import ProtocolSerializer
from api.v1.reads.serializers import (
    AnnotationSerializer,
    CaseRefSerializer,
    ContentsSerializer,
    FreezesSerializer,
    FunctionSerializer,
    ProjectRefSerializer,
)


class AdjudicationBriefSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    case = CaseRefSerializer()
    state = serializers.ChoiceField(choices=["open", "signed"])
    kind = serializers.ChoiceField(choices=["disagreement", "confirmation"])
    reasons = serializers.ListField(child=serializers.CharField())
    opened_at = serializers.DateTimeField()
    assigned_to_me = serializers.BooleanField()


class AdjudicationPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    results = AdjudicationBriefSerializer(many=True)


class ReadingSerializer(ContentsSerializer):
    key = serializers.ChoiceField(choices=["a", "b"])
    label = serializers.CharField()  # type: ignore[assignment]
    measurements = FunctionSerializer()


class AdjudicationSerializer(AdjudicationBriefSerializer):
    project = ProjectRefSerializer()
    stack_id = serializers.UUIDField()
    protocol = ProtocolSerializer()
    read_id = serializers.UUIDField(allow_null=True)
    agreement = AgreementSerializer()
    readings = ReadingSerializer(many=True)
    imported_annotations = ImportedAnnotationsSerializer(many=True)
    report_url = serializers.CharField(allow_null=True)
    reference = ReferenceBriefSerializer(allow_null=True)


class StartedSerializer(serializers.Serializer[Any]):
    read_id = serializers.UUIDField()


class FrameSerializer(serializers.Serializer[Any]):
    sop_instance_uid = serializers.CharField()
    frame_number = serializers.IntegerField()


class TakeSerializer(serializers.Serializer[Any]):
    op_id = serializers.CharField(max_length=64)
    source = serializers.ChoiceField(choices=["a", "b"])  # type: ignore[assignment]
    frames = FrameSerializer(many=True, allow_null=True, required=False)
    structures = serializers.ListField(
        child=serializers.CharField(), allow_null=True, required=False
    )


class TakenSerializer(serializers.Serializer[Any]):
    annotations = AnnotationSerializer(many=True)
    measurements = FunctionSerializer()


class SignSerializer(serializers.Serializer[Any]):
    op_id = serializers.CharField(max_length=64)
    password = serializers.CharField(max_length=1024, trim_whitespace=False)
    meaning = serializers.CharField(max_length=200)
    freezes = FreezesSerializer()


class SignedSerializer(serializers.Serializer[Any]):
    reference = ReferenceBriefSerializer()

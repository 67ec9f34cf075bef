from typing import Any

from rest_framework import serializers

from api.v1.adjudications.reference_serializers import ReferenceBriefSerializer
from api.v1.agreement.serializers import AgreementSerializer, ReasonSerializer
from api.v1.annotations.serializers import ImportedAnnotationsSerializer
from api.v1.protocols.serializers import ProtocolSerializer
from api.v1.reads.serializers import (
    CaseRefSerializer,
    ContentsSerializer,
    FreezesSerializer,
    FunctionSerializer,
    ProjectRefSerializer,
)
from portal.adjudication.models import MERGES, MINE, DecisionReason
from portal.agreement.keys import KEYS


class AdjudicationBriefSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    case = CaseRefSerializer()
    state = serializers.ChoiceField(choices=["open", "signed"])
    kind = serializers.ChoiceField(choices=["disagreement", "confirmation"])
    reasons = ReasonSerializer(many=True)
    opened_at = serializers.DateTimeField()
    assigned_to_me = serializers.BooleanField()
    reopened = serializers.BooleanField()


class AdjudicationPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    results = AdjudicationBriefSerializer(many=True)


class NamedReaderSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["person", "model", "imported"])
    label = serializers.CharField()  # type: ignore[assignment]


class ReadingSerializer(ContentsSerializer):
    """``reader`` is null where nobody may know who read."""

    key = serializers.ChoiceField(choices=KEYS)
    label = serializers.CharField()  # type: ignore[assignment]
    reader = NamedReaderSerializer(allow_null=True)
    measurements = FunctionSerializer()


class MeetingDecisionSerializer(serializers.Serializer[Any]):
    """What a consensus meeting decided about the case."""

    meeting = serializers.DictField(child=serializers.CharField())
    decided_at = serializers.DateTimeField()
    choice = serializers.DictField()
    text = serializers.CharField()
    dissent = serializers.CharField()


class DecisionSerializer(serializers.Serializer[Any]):
    """What stands of one cell. ``version``: of the adjudicator's contour right after."""

    id = serializers.UUIDField()
    structure = serializers.CharField()
    sop_instance_uid = serializers.CharField()
    frame_number = serializers.IntegerField()
    source = serializers.ChoiceField(choices=[*KEYS, *MERGES, MINE])  # type: ignore[assignment]
    reason = serializers.ChoiceField(choices=DecisionReason.values)
    note = serializers.CharField()
    version = serializers.IntegerField()
    author = serializers.CharField()
    decided_at = serializers.DateTimeField()


class DecisionReasonSerializer(serializers.Serializer[Any]):
    value = serializers.ChoiceField(choices=DecisionReason.values)
    title = serializers.CharField()


class AdjudicationSerializer(AdjudicationBriefSerializer):
    project = ProjectRefSerializer()
    stack_id = serializers.UUIDField()
    protocol = ProtocolSerializer()
    read_id = serializers.UUIDField(allow_null=True)
    agreement = AgreementSerializer()
    readings = ReadingSerializer(many=True)
    readers_masked = serializers.BooleanField()
    decisions = DecisionSerializer(many=True)
    decision_reasons = DecisionReasonSerializer(many=True)
    imported_annotations = ImportedAnnotationsSerializer(many=True)
    meetings = MeetingDecisionSerializer(many=True)
    report_url = serializers.CharField(allow_null=True)
    reference = ReferenceBriefSerializer(allow_null=True)


class StartedSerializer(serializers.Serializer[Any]):
    read_id = serializers.UUIDField()


class FrameSerializer(serializers.Serializer[Any]):
    sop_instance_uid = serializers.CharField()
    frame_number = serializers.IntegerField()


class CellSerializer(FrameSerializer):
    structure = serializers.CharField()
    version = serializers.IntegerField()


class DecideSerializer(serializers.Serializer[Any]):
    op_id = serializers.CharField(max_length=64)
    source = serializers.ChoiceField(choices=[*KEYS, *MERGES, MINE])  # type: ignore[assignment]
    reason = serializers.ChoiceField(choices=DecisionReason.values)
    note = serializers.CharField(max_length=300, allow_blank=True, required=False)
    frames = FrameSerializer(many=True, allow_null=True, required=False)
    structures = serializers.ListField(
        child=serializers.CharField(), allow_null=True, required=False
    )
    seen = CellSerializer(many=True, required=False)


class UndoneSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()


class UndoSerializer(serializers.Serializer[Any]):
    op_id = serializers.CharField(max_length=64)
    decisions = UndoneSerializer(many=True)


class DecidedSerializer(ContentsSerializer):
    measurements = FunctionSerializer()
    decisions = DecisionSerializer(many=True)


class SignSerializer(serializers.Serializer[Any]):
    op_id = serializers.CharField(max_length=64)
    password = serializers.CharField(max_length=1024, trim_whitespace=False)
    meaning = serializers.CharField(max_length=200)
    freezes = FreezesSerializer()


class SignedSerializer(serializers.Serializer[Any]):
    reference = ReferenceBriefSerializer()

from typing import Any

from rest_framework import serializers

from api.v1.reads.serializers import FunctionSerializer


class ReferenceAnswerSerializer(serializers.Serializer[Any]):
    question = serializers.CharField()
    value = serializers.JSONField()


class ReopenedSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    by = serializers.CharField()
    reason = serializers.CharField()


class ReferenceBriefSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    digest = serializers.CharField()
    signed_by = serializers.CharField()
    signed_at = serializers.DateTimeField()
    meaning = serializers.CharField()
    measurements = FunctionSerializer(allow_null=True)
    answers = ReferenceAnswerSerializer(many=True)
    report_url = serializers.CharField()
    reopened = ReopenedSerializer(allow_null=True)


class ReferenceSerializer(ReferenceBriefSerializer):
    content = serializers.JSONField()


class DependantSerializer(serializers.Serializer[Any]):
    """What was made of a reference: a dataset version, a training, a meeting's decision."""

    kind = serializers.CharField()
    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]
    at = serializers.DateTimeField()


class ReferenceVersionSerializer(ReferenceBriefSerializer):
    dependants = DependantSerializer(many=True)


class ReopenSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class ReopenResultSerializer(serializers.Serializer[Any]):
    adjudication_id = serializers.UUIDField()

from typing import Any

from rest_framework import serializers

from api.v1.reads.serializers import FunctionSerializer


class ReferenceAnswerSerializer(serializers.Serializer[Any]):
    question = serializers.CharField()
    value = serializers.CharField()


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


class ReferenceSerializer(ReferenceBriefSerializer):
    content = serializers.JSONField()

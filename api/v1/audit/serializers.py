from typing import Any

from rest_framework import serializers


class ActorSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    display_name = serializers.CharField()


class AuditEventSerializer(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor = ActorSerializer()
    action = serializers.CharField()
    target_type = serializers.CharField()
    target_id = serializers.CharField()
    details = serializers.DictField()
    hash = serializers.CharField()


class AuditPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    results = AuditEventSerializer(many=True)


class ProblemSerializer(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    code = serializers.CharField()
    message = serializers.CharField()


class VerificationSerializer(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    events = serializers.IntegerField()
    head_hash = serializers.CharField()
    problems = ProblemSerializer(many=True)

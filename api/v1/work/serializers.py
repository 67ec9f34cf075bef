from typing import Any

from rest_framework import serializers

from api.v1.reads.serializers import ProjectRefSerializer


class WorkItemSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    subtitle = serializers.CharField()
    href = serializers.CharField()
    state = serializers.CharField()
    progress = serializers.FloatField(allow_null=True)
    project = ProjectRefSerializer()
    due_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class WorkSectionSerializer(serializers.Serializer[Any]):
    key = serializers.ChoiceField(
        choices=["reads", "adjudications", "assignments", "approvals", "attention"]
    )
    title = serializers.CharField()
    items = WorkItemSerializer(many=True)
    more = serializers.IntegerField()
    done = serializers.IntegerField()


class WorkSerializer(serializers.Serializer[Any]):
    sections = WorkSectionSerializer(many=True)

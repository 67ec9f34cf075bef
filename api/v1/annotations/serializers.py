from typing import Any

from rest_framework import serializers


class NoteSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    count = serializers.IntegerField()


class ImportedAnnotationsSerializer(serializers.Serializer[Any]):
    """``read_id`` only where the contours lie open to who asks."""

    id = serializers.UUIDField()
    read_id = serializers.UUIDField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    form = serializers.CharField()
    n_contours = serializers.IntegerField()
    structures = serializers.ListField(child=serializers.CharField())
    notes = NoteSerializer(many=True)
    imported_at = serializers.DateTimeField()


class ImportQuerySerializer(serializers.Serializer[Any]):
    """``phase`` counts from 0, as pins do."""

    source = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")  # type: ignore[assignment]
    phase = serializers.IntegerField(min_value=0, required=False, allow_null=True, default=None)

from typing import Any

from rest_framework import serializers


class PersonSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class CommentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    author = PersonSerializer()
    is_mine = serializers.BooleanField()
    text = serializers.CharField()
    deleted = serializers.BooleanField()


class ThreadSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    about = serializers.CharField(help_text="The case's label, or what a reader knows the read as.")
    case_id = serializers.UUIDField(allow_null=True)
    read_id = serializers.UUIDField(allow_null=True)
    anchor = serializers.DictField()
    resolved = serializers.BooleanField()
    resolved_by = serializers.CharField(allow_null=True)
    comments = CommentSerializer(many=True)


class ThreadPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    results = ThreadSerializer(many=True)


class ThreadsSerializer(serializers.Serializer[Any]):
    threads = ThreadSerializer(many=True)
    people = PersonSerializer(many=True, help_text="Whom one can mention here.")


class WriteSerializer(serializers.Serializer[Any]):
    op_id = serializers.CharField(max_length=64)
    text = serializers.CharField(max_length=4000)
    mentions = serializers.ListField(
        child=serializers.UUIDField(), max_length=20, required=False, default=list
    )


class OpenThreadSerializer(WriteSerializer):
    anchor = serializers.DictField(required=False, default=dict)


class ResolveSerializer(serializers.Serializer[Any]):
    resolved = serializers.BooleanField()

from typing import Any

from rest_framework import serializers

from api.v1.protocols.schema_field import RuleField
from portal.protocols.mapping import WAYS
from portal.protocols.schema.document import REQUIRED, RULES
from portal.protocols.schema.words import PAPILLARY


class ConventionSerializer(serializers.Serializer[Any]):
    papillary = serializers.ChoiceField(choices=PAPILLARY)


class RulesSerializer(serializers.Serializer[Any]):
    """Every key of the rules; what is left out stays as it was."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        rules = {name: RuleField(name, required=name in REQUIRED) for name in RULES}
        return {**super().get_fields(), **rules}


class FateSerializer(serializers.Serializer[Any]):
    to = serializers.ListField(child=serializers.CharField())

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"as": serializers.ChoiceField(choices=WAYS), **super().get_fields()}


class MappingSerializer(serializers.Serializer[Any]):
    """What became of each structure and question of the version before, by code."""

    structures = serializers.DictField(child=FateSerializer(), required=False)
    questions = serializers.DictField(child=FateSerializer(), required=False)


class EditProtocolSerializer(RulesSerializer):
    """The writable fields; whatever else a client sends back is left alone."""

    name = serializers.CharField(max_length=80)
    reads_per_case = serializers.IntegerField()
    mapping = serializers.JSONField(
        required=False,
        allow_null=True,
        help_text="See Mapping; what it leaves out is taken by equality of codes.",
    )
    base = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=64,
        help_text="The digest of what was changed; 409 where it is no longer the newest.",
    )


class DocumentSerializer(RulesSerializer):
    """A protocol as a file: docs/protocol.schema.json."""

    format = serializers.CharField()
    schema = serializers.IntegerField()
    name = serializers.CharField()
    reads_per_case = serializers.IntegerField()


class ProtocolSerializer(RulesSerializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    version = serializers.IntegerField()
    reads_per_case = serializers.IntegerField()
    frozen = serializers.BooleanField()
    blinded = serializers.BooleanField()
    in_use = serializers.BooleanField()
    ai_visible = serializers.BooleanField()


class ChangeSerializer(serializers.Serializer[Any]):
    path = serializers.CharField()
    kind = serializers.ChoiceField(choices=["added", "removed", "changed", "moved"])
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class VersionBriefSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    frozen = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    frozen_at = serializers.DateTimeField(allow_null=True)


class VersionSerializer(ProtocolSerializer):
    """One version whole: its document's digest, its mapping from the version before."""

    digest = serializers.CharField()
    created_at = serializers.DateTimeField()
    mapping = MappingSerializer(allow_null=True)
    versions = VersionBriefSerializer(many=True)


class DraftSerializer(serializers.Serializer[Any]):
    protocol = serializers.UUIDField(required=False, allow_null=True)
    document = serializers.JSONField()


class AskSerializer(serializers.Serializer[Any]):
    structures = serializers.ListField(child=serializers.CharField())
    questions = serializers.ListField(child=serializers.CharField())


class DraftCheckSerializer(serializers.Serializer[Any]):
    problems = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    version = serializers.IntegerField()
    changes = ChangeSerializer(many=True)
    mapping = MappingSerializer(allow_null=True)
    ask = AskSerializer(allow_null=True)


class ReadyProtocolSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    summary = serializers.CharField()
    document = DocumentSerializer()

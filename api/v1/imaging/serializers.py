"""What clients send about studies."""

from typing import Any

from rest_framework import serializers

from cmrkit.contracts import SequenceKind, View


class StackKindInput(serializers.Serializer[Any]):
    sequence_kind = serializers.ChoiceField(choices=[k.value for k in SequenceKind], required=False)
    view = serializers.ChoiceField(choices=[v.value for v in View], required=False)

from typing import Any

from rest_framework import serializers

from portal.adjudication.selectors import REASON_CODES
from portal.agreement.keys import KEYS


class ByReading(serializers.DictField):
    """Key of a reading -> value."""


class DiceSerializer(serializers.Serializer[Any]):
    structure = serializers.CharField()
    ed = serializers.FloatField(allow_null=True)
    es = serializers.FloatField(allow_null=True)
    pooled = serializers.FloatField(allow_null=True)


class DifferenceSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    unit = serializers.CharField()
    values = ByReading(child=serializers.FloatField(allow_null=True))
    spread = serializers.FloatField(allow_null=True)
    band = serializers.FloatField(allow_null=True)
    exceeds = serializers.BooleanField()


class TallySerializer(serializers.Serializer[Any]):
    value = serializers.JSONField(allow_null=True)
    count = serializers.IntegerField()


class ComparedAnswerSerializer(serializers.Serializer[Any]):
    """``values`` is empty where nobody may know which reading is the AI's: it answers nothing."""

    question = serializers.CharField()
    title = serializers.CharField()
    values = ByReading(child=serializers.JSONField(allow_null=True))
    tally = TallySerializer(many=True)
    same = serializers.BooleanField()


class ReadingKeySerializer(serializers.Serializer[Any]):
    key = serializers.ChoiceField(choices=KEYS)
    label = serializers.CharField()  # type: ignore[assignment]


class PerSliceSerializer(serializers.Serializer[Any]):
    slice = serializers.IntegerField()
    phase = serializers.IntegerField(allow_null=True)
    phase_name = serializers.CharField()
    structure = serializers.CharField()
    delta_ml = serializers.FloatField()


class DeltaSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    delta = serializers.FloatField(allow_null=True)
    exceeds = serializers.BooleanField()


class PairSerializer(serializers.Serializer[Any]):
    """Second minus first."""

    first = serializers.ChoiceField(choices=KEYS)
    second = serializers.ChoiceField(choices=KEYS)
    dice = DiceSerializer(many=True)
    differences = DeltaSerializer(many=True)
    per_slice = PerSliceSerializer(many=True)


class ReasonSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=REASON_CODES)
    message = serializers.CharField()
    numbers = serializers.JSONField()


class AgreementSerializer(serializers.Serializer[Any]):
    """All readings of a case. ``dice`` is the lowest of all pairs, ``spread`` the largest minus the
    smallest number. ``lacks_model``: the protocol compares the AI, and no draft was there yet."""

    outcome = serializers.ChoiceField(choices=["agreed", "adjudicating"])
    readings = ReadingKeySerializer(many=True)
    ed_phase = ByReading(child=serializers.IntegerField(allow_null=True))
    es_phase = ByReading(child=serializers.IntegerField(allow_null=True))
    differences = DifferenceSerializer(many=True)
    dice = DiceSerializer(many=True)
    pairs = PairSerializer(many=True)
    answers = ComparedAnswerSerializer(many=True)
    reasons = ReasonSerializer(many=True)
    lacks_model = serializers.BooleanField()

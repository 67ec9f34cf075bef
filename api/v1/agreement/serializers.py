from typing import Any

from rest_framework import serializers


class PhasePairSerializer(serializers.Serializer[Any]):
    a = serializers.IntegerField(allow_null=True)
    b = serializers.IntegerField(allow_null=True)


class DiceSerializer(serializers.Serializer[Any]):
    structure = serializers.CharField()
    ed = serializers.FloatField(allow_null=True)
    es = serializers.FloatField(allow_null=True)
    pooled = serializers.FloatField(allow_null=True)


class DifferenceSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    unit = serializers.CharField()
    a = serializers.FloatField(allow_null=True)
    b = serializers.FloatField(allow_null=True)
    delta = serializers.FloatField(allow_null=True)
    band = serializers.FloatField(allow_null=True)
    exceeds = serializers.BooleanField()


class AnswerPairSerializer(serializers.Serializer[Any]):
    question = serializers.CharField()
    title = serializers.CharField()
    a = serializers.CharField(allow_null=True)
    b = serializers.CharField(allow_null=True)
    same = serializers.BooleanField()


class ReadingKeySerializer(serializers.Serializer[Any]):
    key = serializers.ChoiceField(choices=["a", "b"])
    label = serializers.CharField()  # type: ignore[assignment]


class PerSliceSerializer(serializers.Serializer[Any]):
    slice = serializers.IntegerField()
    phase = serializers.IntegerField(allow_null=True)
    phase_name = serializers.CharField()
    structure = serializers.CharField()
    delta_ml = serializers.FloatField()


class AgreementSerializer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=["agreed", "adjudicating"])
    ed_phase = PhasePairSerializer()
    es_phase = PhasePairSerializer()
    dice = DiceSerializer(many=True)
    differences = DifferenceSerializer(many=True)
    answers = AnswerPairSerializer(many=True)
    reasons = serializers.ListField(child=serializers.CharField())
    readings = ReadingKeySerializer(many=True)
    per_slice = PerSliceSerializer(many=True)

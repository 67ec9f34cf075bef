from typing import Any

from rest_framework import serializers

from portal.protocols.schema import PAPILLARY, QUESTION_KINDS


class ConventionSerializer(serializers.Serializer[Any]):
    papillary = serializers.ChoiceField(choices=PAPILLARY)


class StructureSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=32)
    title = serializers.CharField(max_length=60)
    color = serializers.RegexField(r"^#[0-9a-fA-F]{6}$")


class OptionSerializer(serializers.Serializer[Any]):
    value = serializers.SlugField(max_length=40)
    title = serializers.CharField(max_length=60)


class ConditionSerializer(serializers.Serializer[Any]):
    question = serializers.SlugField(max_length=40)
    equals = serializers.CharField(max_length=40)


class QuestionSerializer(serializers.Serializer[Any]):
    code = serializers.SlugField(max_length=40)
    title = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=QUESTION_KINDS)
    options = OptionSerializer(many=True)
    required = serializers.BooleanField()  # type: ignore[assignment]
    visible_if = ConditionSerializer(allow_null=True)


class BandsSerializer(serializers.Serializer[Any]):
    edv_ml = serializers.FloatField()
    esv_ml = serializers.FloatField()
    ef_points = serializers.FloatField()
    mass_g = serializers.FloatField()
    dice_min = serializers.FloatField(allow_null=True)


class EditProtocolSerializer(serializers.Serializer[Any]):
    """The writable fields; whatever else a client sends back is left alone."""

    name = serializers.CharField(max_length=80)
    reads_per_case = serializers.IntegerField(min_value=1, max_value=10)
    ai_visible = serializers.BooleanField()
    convention = ConventionSerializer()
    structures = StructureSerializer(many=True)
    questions = QuestionSerializer(many=True)
    bands = BandsSerializer()
    layouts = serializers.ListField(
        child=serializers.DictField(),
        required=False,
        help_text="Layouts of the reading room, offered before the built-in ones.",
    )


class ProtocolSerializer(EditProtocolSerializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    frozen = serializers.BooleanField()
    blinded = serializers.BooleanField()
    submit_requires = serializers.CharField()

"""Shapes of the read endpoints, for the OpenAPI document. Bodies are parsed in ``parsing``."""

from typing import Any

from rest_framework import serializers

from api.v1.projects.serializers import ModelBriefSerializer
from api.v1.protocols.serializers import ConventionSerializer, ProtocolSerializer
from portal.annotations.objects import POINTS


class PartsField(serializers.ListField):
    """Polygons: parts of points of (column, row)."""

    def __init__(self, **kwargs: Any) -> None:
        point = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)
        super().__init__(child=serializers.ListField(child=point), **kwargs)


class ProjectRefSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class CaseRefSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]


class FlagSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    severity = serializers.ChoiceField(choices=["refusal", "problem", "warning", "info"])
    slice_index = serializers.IntegerField(allow_null=True)


class DraftSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=["none", "running", "ready", "failed"])
    job_id = serializers.UUIDField(allow_null=True)
    model = ModelBriefSerializer(allow_null=True)
    flags = FlagSerializer(many=True)


class ReadStackSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    sequence_kind = serializers.CharField()
    view = serializers.CharField()
    time_axis = serializers.CharField()
    component = serializers.CharField()
    condition = serializers.CharField()
    n_slices = serializers.IntegerField()
    n_phases = serializers.IntegerField()
    thumbnail_url = serializers.CharField(allow_null=True)
    is_read = serializers.BooleanField()
    structures = serializers.ListField(child=serializers.CharField())  # drawn there in this read
    model = ModelBriefSerializer(allow_null=True)  # drafted it, beside the stack that is read


class LongAxisViewSerializer(serializers.Serializer[Any]):
    """Single-plane area-length volumes of one view; phases and slices count from 0."""

    stack_id = serializers.UUIDField()
    view = serializers.CharField()
    slice = serializers.IntegerField()
    ed_phase = serializers.IntegerField(allow_null=True)
    es_phase = serializers.IntegerField(allow_null=True)
    edv_ml = serializers.FloatField(allow_null=True)
    esv_ml = serializers.FloatField(allow_null=True)
    ef_percent = serializers.FloatField(allow_null=True)
    la_max_ml = serializers.FloatField(allow_null=True)
    la_min_ml = serializers.FloatField(allow_null=True)
    lv_ml = serializers.ListField(child=serializers.FloatField(allow_null=True))
    la_ml = serializers.ListField(child=serializers.FloatField(allow_null=True))
    code_version = serializers.CharField()
    spacing_assumed = serializers.BooleanField()


class BiplaneSerializer(serializers.Serializer[Any]):
    edv_ml = serializers.FloatField(allow_null=True)
    esv_ml = serializers.FloatField(allow_null=True)
    ef_percent = serializers.FloatField(allow_null=True)
    la_max_ml = serializers.FloatField(allow_null=True)
    length = serializers.ChoiceField(choices=["mean", "shorter"])
    code_version = serializers.CharField()
    spacing_assumed = serializers.BooleanField()


class LongAxisNumbersSerializer(serializers.Serializer[Any]):
    views = LongAxisViewSerializer(many=True)
    biplane = BiplaneSerializer(allow_null=True)


class ReadSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    project = ProjectRefSerializer()
    case = CaseRefSerializer()
    state = serializers.ChoiceField(choices=["assigned", "in_progress", "submitted", "withdrawn"])
    protocol = ProtocolSerializer()
    stack_id = serializers.UUIDField()
    purpose = serializers.ChoiceField(
        choices=["reading", "draft", "adjudication", "imported", "training"]
    )
    ai_visible = serializers.BooleanField()
    draft = DraftSerializer()
    stacks = ReadStackSerializer(many=True)
    may_edit = serializers.BooleanField()
    due_at = serializers.DateTimeField(allow_null=True)
    put_away = serializers.BooleanField()
    first_opinion = serializers.ChoiceField(choices=["none", "due", "given"])
    submitted_at = serializers.DateTimeField(allow_null=True)
    next_read_id = serializers.UUIDField(allow_null=True)


class AnnotationSerializer(serializers.Serializer[Any]):
    structure = serializers.CharField()
    sop_instance_uid = serializers.CharField()
    frame_number = serializers.IntegerField()
    parts = PartsField()
    version = serializers.IntegerField()
    origin = serializers.ChoiceField(choices=["manual", "ai", "propagated", "imported"])
    state = serializers.ChoiceField(choices=["auto", "accepted", "edited"])
    model = serializers.CharField(allow_null=True)


class AnswerSerializer(serializers.Serializer[Any]):
    question = serializers.CharField()
    value = serializers.JSONField(allow_null=True)
    version = serializers.IntegerField()


class PinSerializer(serializers.Serializer[Any]):
    name = serializers.ChoiceField(choices=["ed_phase", "es_phase", "basal_slice", "apical_slice"])
    value = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()


class WorldObjectSerializer(serializers.Serializer[Any]):
    """A landmark or measurement, in LPS millimetres; see portal.annotations.objects."""

    type = serializers.ChoiceField(choices=list(POINTS))
    code = serializers.CharField(allow_blank=True)
    label = serializers.CharField(allow_blank=True, max_length=80)  # type: ignore[assignment]
    points_lps_mm = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=3, max_length=3)
    )
    frame_of_reference_uid = serializers.CharField()
    stack_id = serializers.UUIDField()
    sop_instance_uid = serializers.CharField()
    frame_number = serializers.IntegerField(min_value=1)
    proposed_by = serializers.CharField(
        required=False, help_text="The model that proposes a landmark which nobody has accepted."
    )


class ObjectEntrySerializer(serializers.Serializer[Any]):
    object_id = serializers.UUIDField()
    version = serializers.IntegerField()
    object = WorldObjectSerializer(allow_null=True)


class ContentsSerializer(serializers.Serializer[Any]):
    annotations = AnnotationSerializer(many=True)
    answers = AnswerSerializer(many=True)
    pins = PinSerializer(many=True)
    objects = ObjectEntrySerializer(many=True)


class FunctionSerializer(serializers.Serializer[Any]):
    edv_ml = serializers.FloatField(allow_null=True)
    esv_ml = serializers.FloatField(allow_null=True)
    sv_ml = serializers.FloatField(allow_null=True)
    ef_percent = serializers.FloatField(allow_null=True)
    mass_g = serializers.FloatField(allow_null=True)
    rv_edv_ml = serializers.FloatField(allow_null=True)
    rv_esv_ml = serializers.FloatField(allow_null=True)
    rv_sv_ml = serializers.FloatField(allow_null=True)
    rv_ef_percent = serializers.FloatField(allow_null=True)
    ed_phase = serializers.IntegerField(allow_null=True)
    es_phase = serializers.IntegerField(allow_null=True)
    lv_volume_ml = serializers.ListField(child=serializers.FloatField(allow_null=True))
    rv_volume_ml = serializers.ListField(child=serializers.FloatField(allow_null=True))
    notes = serializers.ListField(child=serializers.CharField())
    convention = ConventionSerializer()
    code_version = serializers.CharField()
    inputs_hash = serializers.CharField()
    spacing_assumed = serializers.BooleanField()


class StrokeSerializer(serializers.Serializer[Any]):
    include = serializers.BooleanField()
    points = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)
    )


class CorrectionSerializer(serializers.Serializer[Any]):
    structure = serializers.CharField()
    parts = PartsField()
    strokes = StrokeSerializer(many=True)


class SegmentFrameSerializer(serializers.Serializer[Any]):
    """``correction``: clicks and scribbles on one contour; ``parts`` are what those before the
    last one made."""

    slice = serializers.IntegerField(min_value=0)
    phase = serializers.IntegerField(min_value=0)
    correction = CorrectionSerializer(required=False, allow_null=True)


class FrameContoursSerializer(serializers.Serializer[Any]):
    structures = serializers.DictField(child=PartsField())
    model = serializers.CharField()
    made_by = serializers.CharField()


class OperationSerializer(serializers.Serializer[Any]):
    op_id = serializers.CharField(max_length=64)
    kind = serializers.ChoiceField(choices=["contour", "state", "answer", "pin", "object"])
    base_version = serializers.IntegerField(min_value=0)
    structure = serializers.CharField(required=False)
    sop_instance_uid = serializers.CharField(required=False)
    frame_number = serializers.IntegerField(required=False)
    parts = PartsField(required=False, allow_null=True)
    state = serializers.ChoiceField(choices=["accepted", "auto"], required=False)
    origin = serializers.ChoiceField(choices=["propagated", "ai"], required=False)
    made_by = serializers.CharField(max_length=400, required=False)
    object_id = serializers.UUIDField(required=False)
    object = WorldObjectSerializer(required=False, allow_null=True)
    question = serializers.CharField(required=False)
    name = serializers.CharField(required=False)
    value = serializers.JSONField(required=False, allow_null=True)


class OperationsSerializer(serializers.Serializer[Any]):
    operations = OperationSerializer(many=True)
    measure = serializers.BooleanField(
        default=True, help_text="false: the answer needs no numbers; a browser has its own"
    )


class OpResultSerializer(serializers.Serializer[Any]):
    op_id = serializers.CharField()
    outcome = serializers.ChoiceField(choices=["applied", "duplicate", "conflict"])
    version = serializers.IntegerField()
    current = serializers.JSONField(allow_null=True)
    code = serializers.CharField(required=False)
    message = serializers.CharField(required=False)


class SavedSerializer(serializers.Serializer[Any]):
    results = OpResultSerializer(many=True)
    measurements = FunctionSerializer(allow_null=True)


class FrozenContourSerializer(serializers.Serializer[Any]):
    structure = serializers.CharField()
    sop_instance_uid = serializers.CharField()
    frame_number = serializers.IntegerField()
    version = serializers.IntegerField()


class FrozenAnswerSerializer(serializers.Serializer[Any]):
    question = serializers.CharField()
    version = serializers.IntegerField()


class FrozenPinSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    version = serializers.IntegerField()


class FreezesSerializer(serializers.Serializer[Any]):
    contours = FrozenContourSerializer(many=True)
    answers = FrozenAnswerSerializer(many=True)
    pins = FrozenPinSerializer(many=True)


class SubmitSerializer(serializers.Serializer[Any]):
    op_id = serializers.CharField(max_length=64)
    freezes = FreezesSerializer()


class FinalSubmitSerializer(SubmitSerializer):
    """``reason``: why the reading changed after the AI was shown, beyond the protocol's bands."""

    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)


class AiOpinionSerializer(serializers.Serializer[Any]):
    model = serializers.CharField()
    numbers = serializers.DictField(child=serializers.FloatField(allow_null=True))
    contours = AnnotationSerializer(many=True)


class WithdrawSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)

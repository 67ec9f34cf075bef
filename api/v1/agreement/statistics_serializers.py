from typing import Any

from rest_framework import serializers

from api.v1.protocols.serializers import ProtocolSerializer


class EstimateSerializer(serializers.Serializer[Any]):
    """A number with its interval, or ``why`` there is none."""

    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    level = serializers.FloatField()
    method = serializers.CharField()
    why = serializers.CharField()


class IccSerializer(serializers.Serializer[Any]):
    icc1 = EstimateSerializer()
    icc2 = EstimateSerializer()
    icc3 = EstimateSerializer()
    icc1k = EstimateSerializer()
    icc2k = EstimateSerializer()
    icc3k = EstimateSerializer()
    n_cases = serializers.IntegerField()
    n_readings = serializers.IntegerField()


class LimitsSerializer(serializers.Serializer[Any]):
    bias = EstimateSerializer()
    sd = serializers.FloatField(allow_null=True)
    lower = EstimateSerializer()
    upper = EstimateSerializer()
    by_case = serializers.BooleanField()
    mean_absolute = serializers.FloatField(allow_null=True)


class PartSerializer(serializers.Serializer[Any]):
    n = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    mean_absolute = serializers.FloatField(allow_null=True)


class AttributionSerializer(serializers.Serializer[Any]):
    n = serializers.IntegerField()
    mean_total_ml = serializers.FloatField()
    parts = serializers.DictField(child=PartSerializer())


class NumberStatisticsSerializer(LimitsSerializer):
    name = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField()
    band = serializers.FloatField(allow_null=True)
    beyond_band = serializers.IntegerField(allow_null=True)
    n_pairs = serializers.IntegerField()
    n_cases = serializers.IntegerField()
    n_one_only = serializers.IntegerField()
    icc = IccSerializer()
    cov = EstimateSerializer()
    concordance = EstimateSerializer()
    attribution = AttributionSerializer(allow_null=True)


class SpreadSerializer(serializers.Serializer[Any]):
    mean = EstimateSerializer()
    sd = serializers.FloatField(allow_null=True)
    box = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="least, quartiles, most"
    )


class ContourStatisticsSerializer(serializers.Serializer[Any]):
    structure = serializers.CharField()
    level = serializers.CharField()
    phase = serializers.CharField()
    n_pairs = serializers.IntegerField()
    n_cases = serializers.IntegerField()
    n_frames = serializers.IntegerField()
    one_sided = serializers.IntegerField()
    dice = SpreadSerializer()
    jaccard = SpreadSerializer()
    hd_mm = SpreadSerializer()
    hd95_mm = SpreadSerializer()
    mean_mm = SpreadSerializer()


class ChoiceOptionSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    title = serializers.CharField()


class ComparisonChoiceSerializer(ChoiceOptionSerializer):
    n_pairs = serializers.IntegerField()


class QuestionStatisticsSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=["classes", "number"])
    n_pairs = serializers.IntegerField()
    n_cases = serializers.IntegerField()
    same = serializers.IntegerField()
    categories = ChoiceOptionSerializer(many=True)
    confusion = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    pairs_are_independent = serializers.BooleanField()
    estimates = serializers.DictField(child=EstimateSerializer())


class SmallSerializer(serializers.Serializer[Any]):
    n_pairs = serializers.IntegerField()
    n_cases = serializers.IntegerField()
    dice = serializers.DictField(child=EstimateSerializer())
    numbers = serializers.DictField(child=LimitsSerializer())


class GroupSerializer(SmallSerializer):
    group = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class HeatCellSerializer(SmallSerializer):
    reader_a = serializers.CharField()
    reader_b = serializers.CharField()


class ChoicesSerializer(serializers.Serializer[Any]):
    comparisons = ComparisonChoiceSerializer(many=True)
    protocols = ChoiceOptionSerializer(many=True)
    readers = ChoiceOptionSerializer(many=True)
    sites = ChoiceOptionSerializer(many=True)
    vendors = ChoiceOptionSerializer(many=True)
    diseases = ChoiceOptionSerializer(many=True)


class GroupsSerializer(serializers.Serializer[Any]):
    site = GroupSerializer(many=True)
    vendor = GroupSerializer(many=True)
    disease = GroupSerializer(many=True)
    reader = GroupSerializer(many=True)


class ReaderLabelSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class FrocSerializer(serializers.Serializer[Any]):
    thresholds = serializers.ListField(child=serializers.FloatField())
    sensitivity = serializers.ListField(child=serializers.FloatField())
    false_per_image = serializers.ListField(child=serializers.FloatField())
    at_rates = serializers.ListField(
        child=serializers.FloatField(), help_text="at 1/8, 1/4, 1/2, 1, 2, 4, 8 false marks"
    )
    score = serializers.FloatField()
    n_findings = serializers.IntegerField()
    n_images = serializers.IntegerField()


class FoundSerializer(serializers.Serializer[Any]):
    """Marks against the reference; an image is one reading of one case."""

    n_cases = serializers.IntegerField()
    n_images = serializers.IntegerField()
    n_findings = serializers.IntegerField()
    hits = serializers.IntegerField()
    false_marks = serializers.IntegerField()
    sensitivity = EstimateSerializer()
    false_per_image = serializers.FloatField(allow_null=True)
    froc = FrocSerializer(allow_null=True)
    mean_apart_mm = serializers.FloatField(allow_null=True)
    median_apart_mm = serializers.FloatField(allow_null=True)


class FoundByReaderSerializer(FoundSerializer):
    reader = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class FoundWithinSerializer(serializers.Serializer[Any]):
    within_mm = serializers.FloatField()
    sensitivity = serializers.FloatField(allow_null=True)
    false_per_image = serializers.FloatField(allow_null=True)


class LandmarkStatisticsSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    within_mm = serializers.FloatField()
    within_stated = serializers.BooleanField()
    all = FoundSerializer()
    readers = FoundByReaderSerializer(many=True)
    by_distance = FoundWithinSerializer(many=True)


class StatisticsSerializer(serializers.Serializer[Any]):
    code_version = serializers.CharField()
    comparison = serializers.CharField()
    protocol = serializers.CharField(allow_null=True)
    pending = serializers.IntegerField()
    n_cases = serializers.IntegerField()
    n_pairs = serializers.IntegerField()
    spacing_assumed = serializers.BooleanField()
    choices = ChoicesSerializer()
    numbers = NumberStatisticsSerializer(many=True)
    contours = ContourStatisticsSerializer(many=True)
    questions = QuestionStatisticsSerializer(many=True)
    landmarks = LandmarkStatisticsSerializer(many=True)
    asks_landmarks = serializers.BooleanField()
    groups = GroupsSerializer()
    heat_map = HeatCellSerializer(many=True)
    readers = ReaderLabelSerializer(many=True)


class PointSerializer(serializers.Serializer[Any]):
    case_id = serializers.CharField()
    case = serializers.CharField()
    reader_a = serializers.CharField()
    reader_b = serializers.CharField()
    site = serializers.CharField()
    vendor = serializers.CharField()
    disease = serializers.CharField()
    a = serializers.JSONField(allow_null=True)
    b = serializers.JSONField(allow_null=True)
    value = serializers.FloatField(allow_null=True)


class PointsSerializer(serializers.Serializer[Any]):
    measure = serializers.CharField()
    pending = serializers.IntegerField()
    n = serializers.IntegerField()
    points = PointSerializer(many=True)


class ComparedContourSerializer(serializers.Serializer[Any]):
    structure = serializers.CharField()
    sop_instance_uid = serializers.CharField()
    frame_number = serializers.IntegerField()
    parts = serializers.JSONField()
    state = serializers.CharField()


class ComparedSideSerializer(serializers.Serializer[Any]):
    key = serializers.ChoiceField(choices=["a", "b"])
    label = serializers.CharField()  # type: ignore[assignment]
    ed_phase = serializers.IntegerField(allow_null=True)
    es_phase = serializers.IntegerField(allow_null=True)
    numbers = serializers.DictField(child=serializers.FloatField(allow_null=True))
    contours = ComparedContourSerializer(many=True)


class DiscDifferenceSerializer(serializers.Serializer[Any]):
    structure = serializers.CharField()
    slice = serializers.IntegerField()
    phase = serializers.ChoiceField(choices=["ED", "ES"])
    phase_a = serializers.IntegerField()
    phase_b = serializers.IntegerField()
    a_ml = serializers.FloatField(allow_null=True)
    b_ml = serializers.FloatField(allow_null=True)
    difference_ml = serializers.FloatField()
    dice = serializers.FloatField(allow_null=True)
    hd95_mm = serializers.FloatField(allow_null=True)


class BehindPointSerializer(serializers.Serializer[Any]):
    case_id = serializers.CharField()
    case = serializers.CharField()
    stack_id = serializers.CharField()
    protocol = ProtocolSerializer()
    sides = ComparedSideSerializer(many=True)
    differences = DiscDifferenceSerializer(many=True)
    spacing_assumed = serializers.BooleanField()

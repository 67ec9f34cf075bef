from typing import Any

from rest_framework import serializers

REASON = 300


class WantedSerializer(serializers.Serializer[Any]):
    """``case_ids`` left out or null: every case that lacks reads. ``loads`` are the ``open_before``
    of the plan that was shown, by person."""

    user_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=100)
    case_ids = serializers.ListField(
        child=serializers.UUIDField(), max_length=20_000, required=False, allow_null=True
    )
    balance_by = serializers.ChoiceField(
        choices=["site", "vendor", "disease"], required=False, allow_null=True
    )
    seed = serializers.CharField(max_length=32, required=False, allow_blank=True)
    loads = serializers.DictField(
        child=serializers.IntegerField(min_value=0), required=False, allow_null=True
    )


class MakePlanSerializer(WantedSerializer):
    seed = serializers.CharField(max_length=32)
    digest = serializers.CharField(max_length=64)


class ReaderCountSerializer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()
    name = serializers.CharField()
    open_before = serializers.IntegerField()
    new = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    by_stratum = serializers.DictField(child=serializers.IntegerField())


class PlanSerializer(serializers.Serializer[Any]):
    seed = serializers.CharField()
    digest = serializers.CharField()
    n_cases = serializers.IntegerField()
    n_reads = serializers.IntegerField()
    n_duplicates = serializers.IntegerField()
    readers = ReaderCountSerializer(many=True)
    strata = serializers.DictField(child=serializers.IntegerField())
    warnings = serializers.ListField(child=serializers.CharField())


class PlanMadeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    seed = serializers.CharField()
    digest = serializers.CharField()
    n_reads = serializers.IntegerField()
    n_duplicates = serializers.IntegerField()
    made_at = serializers.DateTimeField()


class PlanQueuedSerializer(serializers.Serializer[Any]):
    """A plan of many cases and readers is made in the background: ask for the job."""

    job_id = serializers.UUIDField()


class PlanProblemSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class PlanJobSerializer(serializers.Serializer[Any]):
    """``plan`` is what would be assigned, ``made`` what was; both null until the job is done."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    progress = serializers.FloatField()
    message = serializers.CharField(allow_blank=True)
    problem = PlanProblemSerializer(allow_null=True)
    plan = PlanSerializer(allow_null=True)
    made = PlanMadeSerializer(allow_null=True)


class StratumSerializer(serializers.Serializer[Any]):
    case = serializers.CharField(max_length=40)
    disease = serializers.CharField(max_length=60, allow_blank=True)


class StrataSerializer(serializers.Serializer[Any]):
    rows = StratumSerializer(many=True)


class StratumRowSerializer(serializers.Serializer[Any]):
    case_id = serializers.UUIDField()
    case = serializers.CharField()
    state = serializers.CharField()
    site = serializers.CharField()
    vendor = serializers.CharField(allow_blank=True)
    disease = serializers.CharField(allow_blank=True)
    kept_from = serializers.ListField(child=serializers.CharField())


class SiteCountSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    cases = serializers.IntegerField()


class StratumPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    results = StratumRowSerializer(many=True)
    sites = SiteCountSerializer(many=True)
    diseases = serializers.ListField(child=serializers.CharField())


class StrataSetSerializer(serializers.Serializer[Any]):
    set = serializers.IntegerField()
    unknown = serializers.ListField(child=serializers.CharField())


class ReaderProgressSerializer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()
    name = serializers.CharField()
    reads_still = serializers.BooleanField()
    assigned = serializers.IntegerField()
    in_progress = serializers.IntegerField()
    submitted = serializers.IntegerField()
    overdue = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    last_submitted_at = serializers.DateTimeField(allow_null=True)
    paused = serializers.BooleanField()
    pause_reason = serializers.CharField(allow_blank=True)
    admitted = serializers.BooleanField(allow_null=True)
    conflicts = serializers.IntegerField()


class WeekSerializer(serializers.Serializer[Any]):
    start = serializers.DateField()
    submitted = serializers.IntegerField()


class ProgressSerializer(serializers.Serializer[Any]):
    paused = serializers.BooleanField()
    pause_reason = serializers.CharField(allow_blank=True)
    readers = ReaderProgressSerializer(many=True)
    weeks = WeekSerializer(many=True)
    open = serializers.IntegerField()
    unassigned = serializers.IntegerField()
    overdue = serializers.IntegerField()
    per_week = serializers.FloatField()
    done_by = serializers.DateField(allow_null=True)


class OpinionSerializer(serializers.Serializer[Any]):
    case = serializers.CharField()
    reader = serializers.CharField()
    time_to_first_s = serializers.FloatField(allow_null=True)
    time_to_final_s = serializers.FloatField()
    numbers = serializers.JSONField()
    answers = serializers.JSONField()
    beyond = serializers.ListField(child=serializers.CharField())
    contours_changed = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True)


class PauseSerializer(serializers.Serializer[Any]):
    """Without ``user_id`` the whole project."""

    user_id = serializers.UUIDField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=REASON, allow_blank=True)


class ResumeSerializer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField(required=False, allow_null=True)


class ReassignSerializer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()
    reason = serializers.CharField(max_length=REASON, allow_blank=True)


class ReassignedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()


class ConflictSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    name = serializers.CharField()
    site = serializers.CharField(allow_null=True)
    case = serializers.CharField(allow_null=True)
    case_id = serializers.UUIDField(allow_null=True)
    open_reads = serializers.IntegerField()
    reason = serializers.CharField()
    declared_by = serializers.CharField()
    declared_at = serializers.DateTimeField()


class DeclareSerializer(serializers.Serializer[Any]):
    """A site or a case."""

    user_id = serializers.UUIDField()
    site_id = serializers.UUIDField(required=False, allow_null=True)
    case_id = serializers.UUIDField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=REASON, allow_blank=True)


class OwnConflictSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=REASON, allow_blank=True)


class ThresholdSerializer(serializers.Serializer[Any]):
    required = serializers.BooleanField()  # type: ignore[assignment]
    cases = serializers.IntegerField()
    dice_min = serializers.FloatField()
    ef_points_max = serializers.FloatField()


class TrainingReadSerializer(serializers.Serializer[Any]):
    read_id = serializers.UUIDField()
    alias = serializers.CharField()
    state = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    passed = serializers.BooleanField(allow_null=True)
    dice = serializers.DictField(child=serializers.FloatField(allow_null=True))
    differences = serializers.DictField(child=serializers.FloatField(allow_null=True))


class OwnTrainingSerializer(serializers.Serializer[Any]):
    threshold = ThresholdSerializer()
    admitted = serializers.BooleanField()
    reads = TrainingReadSerializer(many=True)


class TrainingPersonSerializer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()
    name = serializers.CharField()
    given = serializers.IntegerField()
    submitted = serializers.IntegerField()
    passed = serializers.IntegerField()
    mean_dice = serializers.DictField(child=serializers.FloatField())
    mean_ef_points = serializers.FloatField(allow_null=True)
    admitted_at = serializers.DateTimeField(allow_null=True)
    admitted_by = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)


class TrainingCaseSerializer(serializers.Serializer[Any]):
    case_id = serializers.UUIDField()
    case = serializers.CharField()
    reference = serializers.ChoiceField(choices=["locked", "imported"])
    given = serializers.IntegerField()


class TrainingSerializer(serializers.Serializer[Any]):
    threshold = ThresholdSerializer()
    cases = TrainingCaseSerializer(many=True)
    people = TrainingPersonSerializer(many=True)


class MarkCasesSerializer(serializers.Serializer[Any]):
    case_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=200)


class MarkedSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField()


class GiveTrainingSerializer(serializers.Serializer[Any]):
    user_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=100)


class GivenSerializer(serializers.Serializer[Any]):
    created = serializers.IntegerField()


class AdmitSerializer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()
    reason = serializers.CharField(max_length=REASON, allow_blank=True)

from typing import Any

from rest_framework import serializers

from api.v1.adjudications.reference_serializers import ReferenceBriefSerializer
from api.v1.annotations.serializers import ImportedAnnotationsSerializer
from cmrkit.selection import REASONS as WHY

REASONS = [str(reason) for reason in WHY]


class ReadCountsSerializer(serializers.Serializer[Any]):
    required = serializers.IntegerField()  # type: ignore[assignment]
    assigned = serializers.IntegerField()
    submitted = serializers.IntegerField()


class CaseSummarySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]
    site = serializers.CharField()
    state = serializers.ChoiceField(
        choices=["ready", "reading", "agreed", "adjudicating", "locked", "reopened"]
    )
    is_phantom = serializers.BooleanField()
    n_studies = serializers.IntegerField()
    stack_id = serializers.UUIDField(allow_null=True)
    thumbnail_url = serializers.CharField(allow_null=True)
    reads = ReadCountsSerializer(allow_null=True)
    draft = serializers.ChoiceField(choices=["none", "running", "ready", "failed"], allow_null=True)
    needs_look = serializers.BooleanField(
        allow_null=True, help_text="Null without a draft, and for who may not know."
    )
    updated_at = serializers.DateTimeField()


class CasePageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    results = CaseSummarySerializer(many=True)


class ReadBriefReaderSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["person", "model"])
    label = serializers.CharField()  # type: ignore[assignment]


class ReadBriefSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    reader = ReadBriefReaderSerializer()
    state = serializers.ChoiceField(choices=["assigned", "in_progress", "submitted", "withdrawn"])
    progress = serializers.FloatField(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    alias = serializers.CharField()
    duplicate = serializers.BooleanField()
    available_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)


class CaseStudySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    study_uid = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    study_date = serializers.CharField()
    description = serializers.CharField()
    modality = serializers.CharField()
    n_series = serializers.IntegerField()
    n_instances = serializers.IntegerField()
    thumbnail_url = serializers.CharField(allow_null=True)
    deid_procedure = serializers.CharField()
    imported_at = serializers.DateTimeField()


class CaseJobSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    progress = serializers.FloatField()
    message = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class CaseDetailSerializer(CaseSummarySerializer):
    """``reads`` are the reads themselves here; their counts are in ``read_counts``."""

    studies = CaseStudySerializer(many=True)
    reads = ReadBriefSerializer(many=True)  # type: ignore[assignment]
    read_counts = ReadCountsSerializer()
    jobs = CaseJobSerializer(many=True)
    adjudication_id = serializers.UUIDField(allow_null=True)
    reference = ReferenceBriefSerializer(allow_null=True)
    my_read_id = serializers.UUIDField(allow_null=True)
    imported_annotations = ImportedAnnotationsSerializer(many=True)
    actions = serializers.ListField(child=serializers.CharField())


class TopicSerializer(serializers.Serializer[Any]):
    """A topic's code and sentence: nothing of what the AI drew or measured."""

    code = serializers.CharField()
    message = serializers.CharField()
    severity = serializers.ChoiceField(choices=["refusal", "problem", "warning", "info"])


class StackChecksSerializer(serializers.Serializer[Any]):
    stack_id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=["refused", "flagged", "clear", "doubted"])
    image_grade = serializers.ChoiceField(choices=["good", "usable", "poor"], allow_null=True)
    flags = TopicSerializer(many=True)
    at = serializers.DateTimeField()
    sequence_kind = serializers.CharField()
    view = serializers.CharField()


class NextAskSerializer(serializers.Serializer[Any]):
    n = serializers.IntegerField(default=10, help_text="How many, 1 to 100")


class NextCaseSerializer(serializers.Serializer[Any]):
    case_id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]
    expected_dice = serializers.FloatField(
        allow_null=True, help_text="Mean over structures, ED and ES"
    )
    group = serializers.CharField()
    references = serializers.IntegerField(help_text="Locked cases of the group")
    reason = serializers.ChoiceField(choices=REASONS, help_text="What counted most")


class NextCasesSerializer(serializers.Serializer[Any]):
    rows = NextCaseSerializer(many=True)
    weighed = serializers.ListField(
        child=serializers.ChoiceField(choices=REASONS), help_text="What every draft says"
    )
    without_draft = serializers.IntegerField()


class ReaderRowSerializer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()
    name = serializers.CharField()
    role = serializers.CharField()
    open_reads = serializers.IntegerField()


class AssignSerializer(serializers.Serializer[Any]):
    case_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=500)
    user_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=20)


class SkippedSerializer(serializers.Serializer[Any]):
    case_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    code = serializers.CharField()
    message = serializers.CharField()


class AssignedSerializer(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    skipped = SkippedSerializer(many=True)

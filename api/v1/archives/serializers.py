"""Bodies of the remote archives' endpoints. A secret goes in and never out."""

from typing import Any

from rest_framework import serializers

from portal.intake.services.pulling import MAX_STUDIES


class ArchiveSettingsSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    base_url = serializers.CharField(max_length=500)
    auth = serializers.ChoiceField(choices=["none", "basic", "bearer"], default="none")
    username = serializers.CharField(max_length=120, allow_blank=True, default="")
    secret = serializers.CharField(
        max_length=4000,
        allow_blank=True,
        allow_null=True,
        default=None,
        trim_whitespace=False,
        help_text="Password or token. Null leaves the one that is set.",
    )
    ca_file = serializers.CharField(max_length=120, allow_blank=True, default="")


class ArchiveSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    base_url = serializers.CharField()
    auth = serializers.CharField()
    username = serializers.CharField()
    secret_set = serializers.BooleanField()
    ca_file = serializers.CharField()
    secure = serializers.BooleanField(help_text="False where all is sent in the clear (http).")


class ArchiveTestSerializer(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    code = serializers.CharField(allow_null=True)
    message = serializers.CharField()


DATE = r"^(\d{8})?$"


class SearchSerializer(serializers.Serializer[Any]):
    patient_name = serializers.CharField(max_length=64, allow_blank=True, default="")
    patient_id = serializers.CharField(max_length=64, allow_blank=True, default="")
    accession = serializers.CharField(max_length=16, allow_blank=True, default="")
    date_from = serializers.RegexField(DATE, allow_blank=True, default="")
    date_to = serializers.RegexField(DATE, allow_blank=True, default="")
    mr_only = serializers.BooleanField(default=True)
    offset = serializers.IntegerField(min_value=0, max_value=100_000, default=0)


class RemoteStudySerializer(serializers.Serializer[Any]):
    study_uid = serializers.CharField()
    patient_name = serializers.CharField()
    patient_id = serializers.CharField()
    birth_date = serializers.CharField()
    study_date = serializers.CharField()
    description = serializers.CharField()
    accession = serializers.CharField()
    modalities = serializers.ListField(child=serializers.CharField())
    n_series = serializers.IntegerField(allow_null=True)
    n_instances = serializers.IntegerField(allow_null=True)
    here = serializers.BooleanField(help_text="The project has this study.")


class FoundSerializer(serializers.Serializer[Any]):
    studies = RemoteStudySerializer(many=True)
    more = serializers.BooleanField()


class PullSerializer(serializers.Serializer[Any]):
    study_uids = serializers.ListField(
        child=serializers.CharField(max_length=64), min_length=1, max_length=MAX_STUDIES
    )


class AskedSerializer(serializers.Serializer[Any]):
    import_id = serializers.UUIDField()
    job_id = serializers.UUIDField()

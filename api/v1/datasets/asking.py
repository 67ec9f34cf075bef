"""What a person asks for: a dataset version, an export, a test set."""

from typing import Any

from rest_framework import serializers

from portal.datasets.manifest import DEFAULT_FRACTIONS, Division, Query, Terms
from portal.datasets.selectors import labels_of
from portal.datasets.services.exporting import FORMATS
from portal.projects.models import Project


class FractionsSerializer(serializers.Serializer[Any]):
    train = serializers.FloatField(min_value=0, max_value=1)
    validation = serializers.FloatField(min_value=0, max_value=1)
    test = serializers.FloatField(min_value=0, max_value=1)


class NewDatasetSerializer(serializers.Serializer[Any]):
    """``case_ids``, ``sites`` and ``classes`` narrow the choice; without, all locked cases go."""

    name = serializers.CharField(max_length=80)
    case_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_null=True, default=None
    )
    sites = serializers.ListField(child=serializers.CharField(), required=False, default=list)
    classes = serializers.ListField(child=serializers.CharField(), required=False, default=list)
    phantoms = serializers.BooleanField(default=True)
    raw_reads = serializers.BooleanField(default=False)
    fractions = FractionsSerializer(required=False)
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, default=1)
    holdout_sites = serializers.ListField(
        child=serializers.CharField(), required=False, default=list
    )
    licence = serializers.CharField(max_length=120, allow_blank=True, default="")
    consent = serializers.CharField(max_length=500, allow_blank=True, default="")


class NewExportSerializer(serializers.Serializer[Any]):
    formats = serializers.ListField(
        child=serializers.CharField(), min_length=1, max_length=len(FORMATS)
    )


class NewTestSetSerializer(serializers.Serializer[Any]):
    """``n``: phantoms, or patients with all their free cases; five if left out."""

    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(choices=["phantom", "cases"])
    n = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)
    seed = serializers.IntegerField(required=False, default=1, min_value=0, max_value=9999)


class FreeCasesSerializer(serializers.Serializer[Any]):
    patients = serializers.IntegerField()
    cases = serializers.IntegerField()


def freeze_options(project: Project, body: dict[str, Any]) -> dict[str, Any]:
    """The arguments of ``freeze_dataset`` for a checked body."""
    ids = body["case_ids"]
    return {
        "name": body["name"],
        "query": Query(
            cases=None if ids is None else labels_of(project, ids),
            sites=tuple(body["sites"]),
            classes=tuple(body["classes"]),
            phantoms=body["phantoms"],
            raw_reads=body["raw_reads"],
        ),
        "division": Division(
            dict(body.get("fractions") or DEFAULT_FRACTIONS),
            body["seed"],
            tuple(body["holdout_sites"]),
        ),
        "terms": Terms(body["licence"], body["consent"]),
    }

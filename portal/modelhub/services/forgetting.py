"""What models have of a withdrawn subject: they are named, their results about it go."""

from typing import Any
from uuid import UUID

from portal.cases.withdrawing import Leaving
from portal.datasets.models import DatasetItem, TestSetItem
from portal.jobs.models import Job
from portal.jobs.services.forgetting import forget_artifacts, stop
from portal.modelhub.models import (
    Correction,
    DriftSample,
    Evaluation,
    ModelVersion,
    ShadowDraft,
    TrainingRun,
)


def forget(leaving: Leaving) -> None:
    Correction.objects.filter(read__case_id__in=leaving.case_ids).delete()
    DriftSample.objects.filter(case_id__in=leaving.case_ids).delete()
    _forget_shadows(leaving)
    datasets = DatasetItem.objects.filter(reference__case_id__in=leaving.case_ids).values("dataset")
    runs = TrainingRun.objects.filter(dataset__in=datasets)
    stop(Job.objects.filter(training_run__in=runs), leaving)
    trained = set(runs.exclude(model=None).values_list("model_id", flat=True))
    for model in ModelVersion.objects.filter(pk__in=_with_descendants(trained)).order_by("name"):
        leaving.affects(
            "models", id=str(model.pk), name=model.name, version=model.version, state=model.state
        )
    items = TestSetItem.objects.filter(stack__study__case_id__in=leaving.case_ids)
    _forget_results({str(pk) for pk in items.values_list("pk", flat=True)}, items, leaving)


def _forget_shadows(leaving: Leaving) -> None:
    """Their jobs name no case, so they are found from here."""
    rows = ShadowDraft.objects.filter(case_id__in=leaving.case_ids)
    jobs = Job.objects.filter(pk__in=list(rows.values_list("job_id", flat=True)))
    stop(jobs, leaving)
    forget_artifacts(jobs, leaving)
    leaving.removed["shadow drafts"] += rows.delete()[0]
    jobs.update(payload={}, output=None, message="", error_message="", max_attempts=0)


def _with_descendants(models: set[UUID]) -> set[UUID]:
    """Models trained on the data, and those trained on from these."""
    found, newest = set(models), set(models)
    while newest:
        later = TrainingRun.objects.filter(base_model_id__in=newest).exclude(model=None)
        newest = set(later.values_list("model_id", flat=True)) - found
        found |= newest
    return found


def _forget_results(item_ids: set[str], items: Any, leaving: Leaving) -> None:
    rows = Evaluation.objects.filter(test_set__in=items.values("test_set")).select_related("job")
    stop(Job.objects.filter(evaluation__in=rows), leaving)
    for row in rows:
        if row.metrics:
            sides = row.metrics.get("cases", [])
            row.metrics["cases"] = [_others(side, item_ids) for side in sides]
            row.save(update_fields=["metrics"])
        output = row.job.output or {}
        for side in output.get("sides", []):
            side["cases"] = _others(side.get("cases", []), item_ids)
        if output:
            Job.objects.filter(pk=row.job_id).update(output=output)
        leaving.removed["evaluation results"] += len(item_ids)


def _others(cases: list[dict[str, Any]], item_ids: set[str]) -> list[dict[str, Any]]:
    return [case for case in cases if case.get("item_id") not in item_ids]

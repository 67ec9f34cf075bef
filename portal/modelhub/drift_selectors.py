"""Reading drift and corrections: sums over cases, never a case."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import Q

from portal.accounts.models import User
from portal.core import clock
from portal.modelhub.drift import Charted, Lacking, Sample, chart_all
from portal.modelhub.models import Correction, DriftReference, DriftSample, SampleKind
from portal.projects.models import Project
from portal.reads.blinding import drift_cases
from portal.reads.models import ReadState

MIN_CASES = 5  # below, a mean would tell of single cases


def reference_of(project: Project | UUID) -> DriftReference | None:
    rows = DriftReference.objects.filter(project=project).select_related("chosen_by")
    return rows.order_by("-created_at").first()


def samples_of(project: Project, user: User | None) -> list[Sample]:
    """What counts for this person (``None``: for alarms). Images hang on no read."""
    rows = DriftSample.objects.filter(
        Q(kind=SampleKind.INPUT) | Q(case__in=drift_cases(user)), case__project=project
    ).values_list("kind", "case__visit__subject__site__name", "at", "values")
    return [Sample(kind, site, at.date(), values) for kind, site, at, values in rows]


def charts_of(
    project: Project, user: User | None
) -> tuple[DriftReference | None, list[Charted], list[Lacking]]:
    """All charts against the newest reference; none without one."""
    reference = reference_of(project)
    if reference is None:
        return None, [], []
    samples = samples_of(project, user)
    today = clock.now().date()
    charts, lacking = chart_all(samples, reference.first_date, reference.last_date, today)
    return reference, charts, lacking


def corrections_of(user: User, project: Project) -> list[dict[str, Any]]:
    """How far drafts were moved, by model, site, structure and phase. Groups of fewer than 5 cases
    have their count alone."""
    rows = Correction.objects.filter(
        read__state=ReadState.SUBMITTED,
        read__case__in=drift_cases(user),
        read__case__project=project,
    ).values_list(
        "drafted_by__label", "read__case__visit__subject__site__name", "read__case_id", "values"
    )
    groups: dict[tuple[str, str, str, str], list[tuple[UUID, dict[str, Any], Any]]] = defaultdict(
        list
    )
    for model, site, case_id, values in rows:
        for row in values["rows"]:
            key = (model, site, row["structure"], row["phase"])
            groups[key].append((case_id, row, values["seconds"]))
    return [_summed(key, found) for key, found in sorted(groups.items())]


def _summed(
    key: tuple[str, str, str, str], found: list[tuple[UUID, dict[str, Any], Any]]
) -> dict[str, Any]:
    n_cases = len({case_id for case_id, _, _ in found})
    shown = n_cases >= MIN_CASES
    rows = [row for _, row, _ in found]
    frames = sum(row["n_frames"] for row in rows)
    kinds = ("edited", "redrawn", "rejected", "added")
    return {
        **dict(zip(("model", "site", "structure", "phase"), key, strict=True)),
        "n_cases": n_cases,
        "n_reads": len(rows),
        "added_path_mm": sum(r["added_path_mm"] for r in rows) / frames if shown else None,
        "dice": _mean([r["dice"] for r in rows]) if shown else None,
        "volume_ml": _mean([r["volume_ml"] for r in rows]) if shown else None,
        "seconds": _mean([seconds for _, _, seconds in found]) if shown else None,
        **{
            f"{kind}_share": sum(r["counts"][kind] for r in rows) / frames if shown else None
            for kind in kinds
        },
    }


def _mean(values: list[float | None]) -> float | None:
    held = [value for value in values if value is not None]
    return sum(held) / len(held) if held else None

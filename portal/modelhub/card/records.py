"""What is on record about a model, gathered once, within what a person may see."""

from dataclasses import dataclass
from typing import Any

from portal.accounts.models import User
from portal.datasets.licences import forbids_commerce
from portal.jobs.selectors import describe
from portal.modelhub.drift_selectors import corrections_of, reference_of
from portal.modelhub.models import (
    Champion,
    ChampionChange,
    DriftAlarm,
    DriftReference,
    Evaluation,
    GatePlan,
    ModelVersion,
    Proposal,
    TrainingRun,
)
from portal.modelhub.selectors import lineage_of
from portal.modelhub.services.gate_plans import plan_for
from portal.modelhub.shadow_selectors import shadow_of
from portal.modelhub.withdrawn import learned_from_withdrawn
from portal.projects.roles import Permission
from portal.projects.selectors import permissions_of
from portal.protocols.models import ProtocolVersion
from portal.protocols.selectors import version_in_use
from portal.reads.models import Read, ReadPurpose


@dataclass(frozen=True)
class Records:
    """``runs``: the model's own training run first, then those of its bases. ``sees_data``: whether
    the person may see what datasets are made of; ``sees_drift``: drift and corrections. What they
    may not see is left empty."""

    model: ModelVersion
    runs: list[TrainingRun]
    evaluations: list[Evaluation]
    proposals: list[Proposal]
    changes: list[ChampionChange]
    plan: GatePlan | None
    protocol: ProtocolVersion | None
    withdrawn: list[dict[str, str | int]]
    n_drafted: int
    sees_data: bool
    sees_drift: bool
    reference: DriftReference | None
    alarms: list[DriftAlarm]
    corrections: list[dict[str, Any]]
    shadow: dict[str, Any] | None

    @property
    def card(self) -> dict[str, Any]:
        return dict(self.model.card)

    @property
    def run(self) -> TrainingRun | None:
        """The run that made the model; None where it came with Accord or from elsewhere."""
        own = self.runs[0] if self.runs else None
        return own if own is not None and own.model_id == self.model.pk else None

    @property
    def judged(self) -> Evaluation | None:
        """The newest evaluation that is done."""
        return next((row for row in self.evaluations if row.metrics), None)

    @property
    def metrics(self) -> dict[str, Any]:
        """Of the newest evaluation that is done; empty where there is none."""
        return dict(self.judged.metrics or {}) if self.judged else {}

    @property
    def home(self) -> str:
        return f"/p/{self.model.project.slug}"

    @property
    def page(self) -> str:
        return f"{self.home}/models/{self.model.pk}"

    def code_version(self) -> str:
        """Of the worker that trained it, as the worker said it."""
        if self.run is None:
            return ""
        made_by = describe(self.run.job)["made_by"] or {}
        return str(made_by.get("code_version", ""))

    def restrictions(self) -> list[str]:
        """Why the model is not for commercial use; empty where nothing says so."""
        found = []
        if self.model.noncommercial:
            found.append("Trained on data with a non-commercial licence: not for commercial use.")
        found += [
            f"Dataset {run.dataset.name}, version {run.dataset.version}, that it learned from is "
            f"licensed “{run.dataset.licence}”: not for commercial use."
            for run in self.runs
            if forbids_commerce(run.dataset.licence)
        ]
        return found


def records_of(user: User, model: ModelVersion) -> Records:
    held = permissions_of(user, model.project_id)
    sees_drift = bool(held & {Permission.TRAIN, Permission.APPROVE_MODEL})
    project = model.project
    return Records(
        model=model,
        runs=lineage_of(model),
        evaluations=list(
            model.evaluations.select_related(
                "champion", "challenger", "test_set", "job__project", "plan"
            ).order_by("-created_at")
        ),
        proposals=list(
            model.proposals.select_related("proposed_by", "decided_by", "signature").order_by(
                "created_at"
            )
        ),
        changes=_changes(model),
        plan=plan_for(model),
        protocol=version_in_use(project),
        withdrawn=learned_from_withdrawn(model),
        n_drafted=_n_drafted(model),
        sees_data=Permission.VIEW_DATASETS in held,
        sees_drift=sees_drift,
        reference=reference_of(project) if sees_drift else None,
        alarms=_alarms(model) if sees_drift else [],
        corrections=[
            row for row in corrections_of(user, project) if row["model"] == model.reader.label
        ]
        if sees_drift
        else [],
        shadow=shadow_of(user, model) if sees_drift else None,
    )


def _changes(model: ModelVersion) -> list[ChampionChange]:
    rows = ChampionChange.objects.filter(project_id=model.project_id).select_related(
        "before", "after", "by"
    )
    return [row for row in rows.order_by("created_at") if model.pk in (row.before_id, row.after_id)]


def _n_drafted(model: ModelVersion) -> int:
    """Cases of the project that the model drafted."""
    rows = Read.objects.filter(
        reader=model.reader, purpose=ReadPurpose.DRAFT, case__project=model.project_id
    )
    return rows.values("case").distinct().count()


def _alarms(model: ModelVersion) -> list[DriftAlarm]:
    """Of the weeks from which the model was champion; those before say nothing about it. None
    where it never was."""
    times = [row.created_at for row in _changes(model) if row.after_id == model.pk]
    if not times and not _is_first_champion(model):
        return []
    since = min(times, default=model.created_at).date()
    rows = DriftAlarm.objects.filter(
        reference__project=model.project_id, week_date__gte=since
    ).order_by("week_date", "chart")
    return list(rows)


def _is_first_champion(model: ModelVersion) -> bool:
    """Whether the project began with it."""
    first = (
        ChampionChange.objects.filter(project_id=model.project_id).order_by("created_at").first()
    )
    if first is not None:
        return first.before_id == model.pk
    return Champion.objects.filter(project_id=model.project_id, model=model).exists()

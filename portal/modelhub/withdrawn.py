"""Whether a model learned from data that was withdrawn since."""

from portal.modelhub.models import ModelVersion, TrainingRun


def learned_from_withdrawn(model: ModelVersion) -> list[dict[str, str | int]]:
    """The datasets with a withdrawn subject behind the model: its own and those of its bases."""
    found: list[dict[str, str | int]] = []
    seen = set()
    run = _run_of(model)
    while run is not None and run.pk not in seen:
        seen.add(run.pk)
        if run.dataset.withdrawn_at is not None:
            found.append({"name": run.dataset.name, "version": run.dataset.version})
        run = _run_of(run.base_model)
    return found


def _run_of(model: ModelVersion) -> TrainingRun | None:
    rows = TrainingRun.objects.filter(model=model)
    return rows.select_related("dataset", "base_model").first()

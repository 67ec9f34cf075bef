"""What the model learned from, and how."""

from typing import Any

from portal.datasets.composition import COLUMNS, PROPERTIES
from portal.datasets.models import DatasetVersion
from portal.modelhub.card.purpose import in_words
from portal.modelhub.card.records import Records
from portal.modelhub.models import TrainingRun
from portal.modelhub.papers import NOT_RECORDED, Fact, Facts, Note, Section, Table, said
from portal.modelhub.papers.paper import Block


def sections(found: Records) -> list[Section]:
    return [Section("Training data", _data(found)), Section("Training", _training(found))]


def _data(found: Records) -> list[Block]:
    blocks: list[Block] = []
    rows = [
        [said(row.get("name")), said(row.get("licence")), said(row.get("use"))]
        for row in found.card.get("training_data", [])
        if isinstance(row, dict)
    ]
    if rows:
        blocks.append(Table("As the model's package says", ["Data", "Licence", "Use"], rows))
    for run in found.runs:
        blocks += dataset_blocks(found, run.dataset)
    if not blocks:
        blocks.append(Note(f"Training data: {NOT_RECORDED}."))
    if found.runs and not found.sees_data:
        blocks.append(Note("What datasets are made of is shown to those who may open datasets."))
    return blocks


def dataset_blocks(found: Records, dataset: DatasetVersion) -> list[Block]:
    """One dataset version: what it is, and who and what it is made of."""
    sheet, manifest = dataset.datasheet or {}, dataset.manifest or {}
    name = f"{dataset.name}, version {dataset.version}"
    facts = [
        Fact("Dataset", name, f"{found.home}/datasets/{dataset.pk}" if found.sees_data else ""),
        Fact("Manifest, SHA-256", dataset.content_hash),
        Fact("Manifest kept", said(bool(manifest))),
        Fact("Licence", said(dataset.licence)),
        Fact("Consent", said(dataset.consent)),
        Fact("Ethics approval", said(sheet.get("ethics_approval"))),
        Fact("Cases", said(sheet.get("cases"))),
        Fact("Of these phantoms", said(sheet.get("phantom_cases"))),
        Fact("Patients", said(sheet.get("patients"))),
        Fact("Labels", said(sheet.get("labels"))),
        Fact("Conventions", in_words(sheet.get("conventions") or None)),
        Fact("Divided", in_words(sheet.get("splits") or None)),
        Fact("Checked for leaks", leakage_text(sheet)),
        Fact("Frozen on", said(str(sheet.get("frozen_at", ""))[:10])),
    ]
    blocks: list[Block] = [Facts(facts)]
    return blocks + composition_tables(sheet) if found.sees_data else blocks


def leakage_text(sheet: dict[str, Any]) -> str:
    """Counts alone: a case whose images couldn't be read is not named."""
    leakage = dict(sheet.get("leakage") or {})
    if not leakage:
        return NOT_RECORDED
    leakage["pixels_unchecked"] = len(leakage.get("pixels_unchecked", []))
    return in_words(leakage)


def composition_tables(sheet: dict[str, Any]) -> list[Block]:
    """One table per property, as the datasheet has them: small counts are suppressed there."""
    tables = (sheet.get("composition") or {}).get("tables", {})
    return [
        Table(
            f"Patients by {name.replace('_', ' ')}",
            [name.replace("_", " ").capitalize(), *(c.capitalize() for c in COLUMNS)],
            [[said(row["value"]), *(said(row[c]) for c in COLUMNS)] for row in tables[name]],
        )
        for name in PROPERTIES
        if tables.get(name)
    ]


def _training(found: Records) -> list[Block]:
    run = found.run
    if run is None:
        card = found.card
        return [
            Note("Not trained in this project. Its package says:"),
            Facts(
                [
                    Fact("Command", said(card.get("training_command"))),
                    Fact("Recipe", in_words(card.get("training"))),
                    Fact("Code version", NOT_RECORDED),
                ]
            ),
        ]
    return [Facts(run_facts(found, run))]


def run_facts(found: Records, run: TrainingRun) -> list[Fact]:
    params = run.params or {}
    last = run.points.order_by("-step").first()
    base = run.base_model
    recipe = {k: v for k, v in params.items() if k not in ("name", "version", "seed")}
    return [
        Fact("Training run", run.created_at.date().isoformat(), run_link(found, run)),
        Fact(
            "Started from",
            f"{base.name} {base.version}",
            f"{found.home}/models/{run.base_model_id}",
        ),
        Fact("Base weights, SHA-256", base.weights_sha256),
        Fact("Recipe", in_words(recipe)),
        Fact("Seed", said(params.get("seed"))),
        Fact("Code version", said(found.code_version())),
        Fact("Last loss", said(last.loss if last else None)),
        Fact("Last Dice on validation cases", said(last.val_dice if last else None)),
    ]


def run_link(found: Records, run: TrainingRun) -> str:
    """For those who may open training runs."""
    return f"{found.home}/training/{run.pk}" if found.sees_drift else ""

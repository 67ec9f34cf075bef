"""The datasheet of a dataset version (after Gebru et al., Datasheets for Datasets): what a user of
the data has to know, from records; what nobody recorded is said to be so."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from portal.datasets.composition import NOT_RECORDED, Described, composition
from portal.datasets.describing import Candidate
from portal.datasets.manifest import Built, patient_groups
from portal.protocols.schema import class_of


def datasheet(built: Built, candidates: Sequence[Candidate], *, held_out: int) -> dict[str, Any]:
    """``held_out`` is how many locked cases were left out because a frozen test set has their
    patient or their images."""
    manifest, references = built.manifest, [c.reference for c in candidates]
    groups = patient_groups(candidates)
    return {
        "purpose": "Training and testing of ventricular segmentation on short-axis cine MR.",
        "labels": "Signed reference standards; contours at end-diastole and end-systole only.",
        "structures": manifest["structures"],
        "cases": len(references),
        "phantom_cases": sum(r.case.is_phantom for r in references),
        "patients": len(set(groups.values())),
        "classes": _counted(class_of(r.content["answers"]) or "none" for r in references),
        "composition": composition(
            Described(groups[c.case], str(built.splits[c.case]), c.values()) for c in candidates
        ),
        "protocols": sorted({str(r.content["protocol"]["id"]) for r in references}),
        "conventions": manifest["conventions"],
        "label_provenance": _provenance(candidates),
        "consensus": "One signed reference per case, by adjudication.",
        "splits": manifest["splits"],
        "leakage": {**manifest["leakage"], "left_out_for_test_sets": held_out},
        "exclusions": "Cases that are not locked or not assessable; patients of frozen test sets; "
        "withdrawn subjects.",
        "project": manifest["project"],
        "frozen_at": timezone.now().isoformat(),
        "licence": manifest["licence"],
        "consent": manifest["consent"],
        "ethics_approval": NOT_RECORDED,
        "de_identification": sorted({c.stack.study.deid_procedure for c in candidates}),
        "use": "Research only. De-identification as recorded per study.",
        "maintenance": "A version never changes. A withdrawn subject ends its use.",
    }


def _provenance(candidates: Sequence[Candidate]) -> dict[str, dict[str, int]]:
    """Structure -> how many of its contours were drawn by hand, by the AI, carried, imported."""
    found: dict[str, dict[str, int]] = {}
    for candidate in candidates:
        for row in candidate.reference.content["labels"]:
            by_origin = found.setdefault(row["structure"], {})
            name = f"{row['origin']}, {row['state']}"
            by_origin[name] = by_origin.get(name, 0) + 1
    return {structure: dict(sorted(rows.items())) for structure, rows in sorted(found.items())}


def _counted(values: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return counts

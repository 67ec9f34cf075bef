"""Answers about the data: what it learned from, how that was divided, who annotated it."""

from collections import Counter
from typing import Any

from portal.datasets.composition import NOT_RECORDED
from portal.datasets.models import DatasetVersion
from portal.modelhub.card.learning import leakage_text
from portal.modelhub.card.purpose import in_words
from portal.modelhub.card.records import Records
from portal.modelhub.checklists.answer import FOR_DATA, Answer, Answers


def _dataset(found: Records) -> DatasetVersion | None:
    """What the model itself was trained on in this project."""
    return found.run.dataset if found.run is not None else None


def _link(found: Records, dataset: DatasetVersion) -> str:
    return f"{found.home}/datasets/{dataset.pk}" if found.sees_data else found.page


def sources(found: Records) -> Answer | None:
    rows = [row for row in found.card.get("training_data", []) if isinstance(row, dict)]
    said = [
        f"{row.get('name')} ({row.get('licence') or NOT_RECORDED}): {row.get('use')}."
        for row in rows
    ]
    said += [
        f"Dataset {run.dataset.name}, version {run.dataset.version}, "
        f"manifest {run.dataset.content_hash}."
        for run in found.runs
    ]
    return Answer(" ".join(said), found.page) if said else None


def query(found: Records) -> Answer | None:
    """By which query cases were chosen. Cases that were named one by one are counted."""
    dataset = _dataset(found)
    asked = dict((dataset.manifest or {}).get("query") or {}) if dataset else {}
    if dataset is None or not asked:
        return None
    named = asked.pop("cases", None)
    chosen = "all" if named is None else f"{len(named)} named one by one"
    return Answer(f"Cases: {chosen}; {in_words(asked)}.", _link(found, dataset))


def eligibility(found: Records) -> Answer | None:
    asked, dataset = query(found), _dataset(found)
    left_out = (dataset.datasheet or {}).get("exclusions") if dataset else None
    if asked is None or not left_out:
        return None
    return Answer(f"{asked.text} Left out: {left_out}", asked.link)


def deidentification(found: Records) -> Answer | None:
    dataset = _dataset(found)
    used = (dataset.datasheet or {}).get("de_identification") if dataset else None
    return Answer(f"Procedures: {in_words(used)}.", _link_of(found)) if used else None


def _link_of(found: Records) -> str:
    dataset = _dataset(found)
    return _link(found, dataset) if dataset else found.page


def consent(found: Records) -> Answer | None:
    dataset = _dataset(found)
    if dataset is None or not dataset.consent:
        return None
    return Answer(f"Consent: {dataset.consent}.", _link_of(found))


def data_terms(found: Records) -> Answer | None:
    dataset = _dataset(found)
    if dataset is None or not dataset.licence:
        return None
    return Answer(f"The dataset is under {dataset.licence}.", _link_of(found))


def _composed(found: Records, *names: str) -> Answer | None:
    """Tables of the datasheet as text: patients in all splits; small counts are suppressed."""
    dataset = _dataset(found)
    tables = (
        ((dataset.datasheet or {}).get("composition") or {}).get("tables", {}) if dataset else {}
    )
    held = [name for name in names if tables.get(name)]
    if not held:
        return None
    if not found.sees_data:
        return Answer(FOR_DATA, found.page)
    said = [f"{name.replace('_', ' ').capitalize()}: {_counts(tables[name])}." for name in held]
    return Answer(" ".join(said), _link_of(found))


def _counts(rows: list[dict[str, Any]]) -> str:
    return ", ".join(f"{row['value']} ({row['all']})" for row in rows)


def acquisition(found: Records) -> Answer | None:
    return _composed(found, "vendor", "scanner", "field")


def composition(found: Records) -> Answer | None:
    found_ = _composed(found, "sex", "age", "ethnicity", "disease", "site", "vendor", "field")
    if found_ is None or found_.text == FOR_DATA:
        return found_
    return Answer(f"Patients. {found_.text} By split: see the datasheet.", found_.link)


def centres(found: Records) -> Answer | None:
    return _composed(found, "site")


def variability(found: Records) -> Answer | None:
    return _composed(found, "reader_agreement")


def reference(found: Records) -> Answer | None:
    dataset = _dataset(found)
    sheet = (dataset.datasheet or {}) if dataset else {}
    if not sheet.get("labels"):
        return None
    text = f"{sheet['labels']} {sheet.get('consensus', '')}"
    if sheet.get("conventions"):
        text += f" Conventions: {in_words(sheet['conventions'])}."
    return Answer(text, _link_of(found))


def tools(found: Records) -> Answer | None:
    """How contours of the reference came about, by structure."""
    dataset = _dataset(found)
    made = (dataset.datasheet or {}).get("label_provenance") if dataset else None
    if not made:
        return None
    if not found.sees_data:
        return Answer(FOR_DATA, found.page)
    return Answer(
        f"Contours of the dataset were drawn and corrected in Accord: {in_words(made)}.",
        _link_of(found),
    )


def _splits(found: Records) -> dict[str, Any]:
    dataset = _dataset(found)
    return dict((dataset.manifest or {}).get("splits") or {}) if dataset else {}


def partitions(found: Records) -> Answer | None:
    splits = _splits(found)
    return Answer(f"Divided by {in_words(splits)}.", _link_of(found)) if splits else None


def disjoint(found: Records) -> Answer | None:
    dataset, splits = _dataset(found), _splits(found)
    if dataset is None or not splits:
        return None
    text = f"By {splits.get('unit')}. Checked: {leakage_text(dataset.datasheet or {})}."
    return Answer(text, _link_of(found))


def flow(found: Records) -> Answer | None:
    dataset = _dataset(found)
    sheet = (dataset.datasheet or {}) if dataset else {}
    if "cases" not in sheet:
        return None
    held_out = (sheet.get("leakage") or {}).get("left_out_for_test_sets", NOT_RECORDED)
    text = (
        f"{sheet['cases']} cases of {sheet.get('patients', NOT_RECORDED)} patients; "
        f"left out for frozen test sets: {held_out}."
    )
    return Answer(text, _link_of(found))


def numbers(found: Records) -> Answer | None:
    """Cases in each split, and in the newest evaluation."""
    dataset = _dataset(found)
    said = []
    if dataset is not None:
        counts = Counter(dataset.items.values_list("split", flat=True))
        if counts:
            said.append(f"Cases by split: {in_words(dict(sorted(counts.items())))}.")
    if found.metrics:
        said.append(f"Evaluated on {found.metrics['challenger']['n_cases']} cases.")
    return Answer(" ".join(said), _link_of(found)) if said else None


ANSWERS: Answers = {
    "sources": sources,
    "query": query,
    "eligibility": eligibility,
    "deidentification": deidentification,
    "consent": consent,
    "data_terms": data_terms,
    "acquisition": acquisition,
    "composition": composition,
    "centres": centres,
    "variability": variability,
    "reference": reference,
    "tools": tools,
    "partitions": partitions,
    "disjoint": disjoint,
    "flow": flow,
    "numbers": numbers,
}

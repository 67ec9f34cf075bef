"""Numbers and answers of a dataset as rows: of the signed reference, and of raw reads where the
version holds them."""

from collections.abc import Iterator
from typing import Any

from cmrkit.writers import UNITS, Finding, finding_rows
from portal.adjudication.models import ReferenceStandard
from portal.agreement.cohort.sides import facts_of
from portal.annotations.models import Origin
from portal.annotations.selectors import contents_of, labels_on
from portal.core.hashing import canonical_json
from portal.datasets.manifest import reader_pseudonym
from portal.datasets.models import DatasetVersion
from portal.datasets.reads import reads_of
from portal.imaging.models import Stack
from portal.reads.models import Read

REFERENCE = "reference"
_DRAWN_FROM = {"rv": ("rv_endo",), "mass_g": ("lv_endo", "lv_epi")}
_LV = ("lv_endo",)


def reference_findings(reference: ReferenceStandard) -> list[Finding]:
    content = reference.content
    by_ai = {row["structure"] for row in content["labels"] if row["origin"] == Origin.AI}
    numbers = content["measurements"] or {}
    return _findings(REFERENCE, REFERENCE, numbers, content["answers"], by_ai)


def read_findings(read: Read) -> list[Finding]:
    contents = contents_of(read)
    facts = facts_of(read, contents, labels_on(read.stack, contents.annotations))
    by_ai = {row.structure for row in contents.annotations if row.origin == Origin.AI}
    return _findings(reader_pseudonym(read), "reader", facts["numbers"], facts["answers"], by_ai)


def _findings(
    author: str, role: str, numbers: dict[str, Any], answers: dict[str, Any], by_ai: set[str]
) -> list[Finding]:
    measured = [
        Finding(
            author,
            role,
            name,
            value=float(numbers[name]),
            unit=unit,
            drafted_by_ai=bool(by_ai & set(_structures(name))),
        )
        for name, unit in UNITS.items()
        if numbers.get(name) is not None
    ]
    return measured + [
        Finding(author, role, question, text=_text(value))
        for question, value in sorted(answers.items())
        if value is not None
    ]


def _structures(name: str) -> tuple[str, ...]:
    return _DRAWN_FROM.get("rv" if name.startswith("rv_") else name, _LV)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else canonical_json(value).decode()


def item_findings(dataset: DatasetVersion) -> Iterator[tuple[Any, list[Finding]]]:
    """(item, its findings) in the order of cases, one at a time."""
    reads = reads_of(dataset)
    items = dataset.items.select_related("reference__case__visit__subject__site")
    for item in items.order_by("reference__case__label").iterator(chunk_size=100):
        found = reference_findings(item.reference)
        for read in reads.get(item.reference.case.label, []):
            found += read_findings(read)
        yield item, found


def table_rows(dataset: DatasetVersion) -> Iterator[dict[str, Any]]:
    """Rows of the measurement table; the same that an export writes."""
    for item, findings in item_findings(dataset):
        case = item.reference.case
        stack = Stack.objects.only("meta").get(pk=item.reference.content["stack"]["id"])
        yield from finding_rows(
            {
                "case": case.label,
                "subject": case.visit.subject.label,
                "site": case.visit.subject.site.name,
                "split": item.split,
                "is_phantom": case.is_phantom,
                "spacing_assumed": stack.meta.get("spacing_assumed"),
            },
            findings,
        )

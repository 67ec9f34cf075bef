"""Comparing the submitted reads of a case, kept with the hash of what was compared."""

import secrets
from collections.abc import Sequence

from portal.agreement.compute import CODE_VERSION, Side, compare
from portal.agreement.keys import KEYS
from portal.agreement.models import Comparison, ComparisonReading
from portal.annotations.selectors import contents_of
from portal.core.hashing import digest
from portal.measurements.services.measuring import measure
from portal.protocols.selectors import rules_of
from portal.reads.models import Read, ReadPurpose


def compare_readings(reads: Sequence[Read]) -> Comparison:
    """Compare in the transaction that submits the last of them. Colours are drawn by lot, so that
    neither the order of assignment nor of submission gives a reader away; a set of reads that was
    compared already keeps its colours."""
    existing = _comparison_of_exactly(reads)
    drawn = existing or drawn_by_lot(reads)
    by_key = dict(sorted(drawn.items()))
    rules = rules_of(reads[0].protocol_version)
    sides = []
    for key, read in by_key.items():
        contents = contents_of(read)
        by_model = read.purpose == ReadPurpose.DRAFT
        sides.append(Side(key, contents, measure(read, contents), by_model))
    case = reads[0].case
    inputs = digest(
        [
            sorted([str(r.pk), r.submitted_digest] for r in reads),
            [side.function["inputs_hash"] for side in sides],
            rules.bands,
            rules.adjudication,
        ]
    )
    row = Comparison.objects.filter(case=case, inputs_hash=inputs).first()
    if row is not None:
        return row
    values = compare(reads[0].stack, rules, sides)
    row = Comparison.objects.create(
        case=case,
        inputs_hash=inputs,
        code_version=CODE_VERSION,
        agrees=values["outcome"] == "agreed",
        values=values,
    )
    ComparisonReading.objects.bulk_create(
        [ComparisonReading(comparison=row, key=key, read=read) for key, read in by_key.items()]
    )
    return row


def drawn_by_lot(reads: Sequence[Read]) -> dict[str, Read]:
    """A colour for each, drawn anew by the operating system's randomness."""
    shuffled = list(reads)
    secrets.SystemRandom().shuffle(shuffled)
    return dict(zip(KEYS, shuffled, strict=False))


def _comparison_of_exactly(reads: Sequence[Read]) -> dict[str, Read] | None:
    """Colours of the newest comparison of these reads and no others."""
    wanted = {read.pk: read for read in reads}
    rows = Comparison.objects.filter(case=reads[0].case_id).order_by("-created_at")
    for row in rows.prefetch_related("readings"):
        held = {reading.key: reading.read_id for reading in row.readings.all()}
        if set(held.values()) == set(wanted):
            return {key: wanted[read_id] for key, read_id in held.items()}
    return None

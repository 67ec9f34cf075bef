"""Comparing two submitted reads, kept with the hash of what was compared."""

import secrets

from portal.agreement.compute import CODE_VERSION, Side, compare
from portal.agreement.models import Comparison
from portal.annotations.selectors import contents_of
from portal.core.hashing import digest
from portal.measurements.services.measuring import measure
from portal.protocols.selectors import rules_of
from portal.reads.models import Read


def compare_two(first: Read, second: Read) -> Comparison:
    """Compare in the transaction that submits the second. Which of the two becomes Blue is drawn
    by lot, so that the order of assignment or submission doesn't give a reader away."""
    existing = Comparison.objects.filter(
        read_a__in=[first, second], read_b__in=[first, second]
    ).first()
    if existing is not None:
        return existing
    a, b = (first, second) if secrets.randbelow(2) else (second, first)
    rules = rules_of(a.protocol_version)
    sides = []
    for read in (a, b):
        contents = contents_of(read)
        sides.append(Side(contents, measure(read, contents)))
    values = compare(a.stack, rules, *sides)
    return Comparison.objects.create(
        read_a=a,
        read_b=b,
        inputs_hash=digest([a.submitted_digest, b.submitted_digest, rules.bands]),
        code_version=CODE_VERSION,
        agrees=values["outcome"] == "agreed",
        values=values,
    )

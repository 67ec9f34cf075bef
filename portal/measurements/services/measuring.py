"""The numbers of a read, kept with the hash of their inputs."""

from typing import Any

from cmrkit.contracts import StackLabels
from portal.annotations.selectors import Contents, contents_of
from portal.measurements.compute import (
    CODE_VERSION,
    compute_function,
    convention_of,
    hash_of_inputs,
)
from portal.measurements.models import Measurement
from portal.protocols.selectors import rules_of
from portal.reads.models import Read


def measure(
    read: Read, contents: Contents | None = None, labels: StackLabels | None = None
) -> dict[str, Any]:
    """The ``Function`` of the wire contract for what the read says now. Computed once per input:
    a row found by its hash is answered as it is. ``labels``: those of the contents, where they
    are at hand."""
    contents = contents or contents_of(read)
    rules = rules_of(read.protocol_version)
    inputs_hash = hash_of_inputs(read.stack, contents, rules)
    row = Measurement.objects.filter(
        read=read, inputs_hash=inputs_hash, code_version=CODE_VERSION
    ).first()
    if row is None:
        row = Measurement(
            read=read,
            inputs_hash=inputs_hash,
            convention=convention_of(rules),
            code_version=CODE_VERSION,
            values=compute_function(read.stack, contents, rules, labels),
        )
        # two tabs may compute the same at once: the constraint keeps one, both are right
        Measurement.objects.bulk_create([row], ignore_conflicts=True)
    return {
        # a JSON column orders keys its own way: sorted, the first answer and all later ones are one
        **dict(sorted(row.values.items())),
        "convention": row.convention,
        "code_version": row.code_version,
        "inputs_hash": row.inputs_hash,
    }

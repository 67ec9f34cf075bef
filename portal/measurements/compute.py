"""From the contents of a read to the numbers of ``cmrkit``. No database."""

from dataclasses import asdict
from typing import Any

from cmrkit.contracts import StackLabels, StackMeta
from cmrkit.volumes import CODE_VERSION, lv_rv_function
from portal.annotations.selectors import Contents, labels_on
from portal.core.hashing import digest
from portal.imaging.models import Stack
from portal.protocols.schema import Rules

__all__ = ["CODE_VERSION", "compute_function", "convention_of", "hash_of_inputs"]


def convention_of(rules: Rules) -> dict[str, Any]:
    """The rules behind the numbers, as they are stored and shown with them."""
    return {"papillary": rules.papillary}


def hash_of_inputs(stack: Stack, contents: Contents, rules: Rules) -> str:
    """Covers everything that the numbers depend on: geometry, contours, pins, convention."""
    contours = [
        [a.structure, a.sop_instance_uid, a.frame_number, a.parts]
        for a in contents.annotations
        if a.parts
    ]
    return digest(
        [stack.content_hash, stack.version, contours, contents.pins, convention_of(rules)]
    )


def compute_function(
    stack: Stack, contents: Contents, rules: Rules, labels: StackLabels | None = None
) -> dict[str, Any]:
    """Volumes, mass, ED and ES; None where it can't be computed. ``labels``: the contents' own,
    where they are at hand."""
    pins = contents.pins
    result = lv_rv_function(
        StackMeta.from_json(stack.meta),
        labels_on(stack, contents.annotations) if labels is None else labels,
        papillary=rules.papillary,
        ed_phase=pins.get("ed_phase"),
        es_phase=pins.get("es_phase"),
        basal_slice=pins.get("basal_slice"),
        apical_slice=pins.get("apical_slice"),
    )
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(result).items()
    }

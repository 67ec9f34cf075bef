"""Area-length volumes from the contours that a read holds on long axes.

They stand beside the numbers of the short axis and take part in none of them. Computed when asked
for: contours, geometry and code say all that they depend on.
"""

from dataclasses import dataclass
from typing import Any

from cmrkit.contracts import StackMeta
from cmrkit.contracts.drawings import LONG_AXIS
from cmrkit.volumes.long_axis import long_axis_function
from cmrkit.volumes.long_axis_planes import Plane, biplane_of
from portal.annotations.selectors import Contents, contents_of, labels_on
from portal.imaging.models import Stack
from portal.reads.beside import stacks_beside
from portal.reads.models import Read


@dataclass(frozen=True)
class LongAxisNumbers:
    """``views``: of each long axis with contours its numbers; ``biplane`` None without a two- and a
    four-chamber view that tell ED and ES."""

    views: list[tuple[Stack, dict[str, Any]]]
    biplane: dict[str, Any] | None


def long_axis_numbers(read: Read, contents: Contents | None = None) -> LongAxisNumbers:
    """What the read's own contours add up to, whoever drew them."""
    stacks = [b.stack for b in stacks_beside(read) if b.drawing is LONG_AXIS]
    contents = (contents or contents_of(read)) if stacks else Contents([], [])
    planes, views = [], []
    for stack in stacks:
        meta, labels = StackMeta.from_json(stack.meta), labels_on(stack, contents.annotations)
        function = long_axis_function(meta, labels)
        if function is not None:
            planes.append(Plane(stack.view, meta, labels))
            assumed = {"spacing_assumed": meta.spacing_assumed}
            views.append((stack, {**function.to_json(), **assumed}))
    biplane = biplane_of(planes)
    return LongAxisNumbers(views, biplane.to_json() if biplane else None)

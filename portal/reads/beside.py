"""Stacks that are drawn on beside the one that a case is read on: long axes, late enhancement.

A read is on one stack: volumes, phases, agreement and the reference standard come from that.
Where the protocol names other series to read, and structures that are drawn on such, the read holds
contours on the case's newest stacks of those kinds and views as well.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from cmrkit.contracts.drawings import ENHANCEMENT, LONG_AXIS, SHORT_AXIS, Drawing, drawing_of
from portal.imaging.models import Stack
from portal.protocols.schema import Rules
from portal.protocols.selectors import rules_of
from portal.reads.models import READ_BY_READERS, Read

ON_BESIDE = Q(stack__sequence_kind__in=ENHANCEMENT.kinds) | Q(stack__view__in=LONG_AXIS.views)
"""Reads on stacks that no case is read on: drafts of what is drawn beside."""


@dataclass(frozen=True)
class Beside:
    """A stack with what is drawn on it: ``structures`` are those that the protocol asks for."""

    stack: Stack
    drawing: Drawing
    structures: tuple[str, ...]


def stacks_beside(read: Read) -> list[Beside]:
    """Of the read's case, by its protocol version, in the order of views; none for what is no
    reader's own reading."""
    if read.purpose not in READ_BY_READERS:
        return []
    rules = rules_of(read.protocol_version)
    return besides_among(candidates(rules, [read.case_id]), rules)


def candidates(rules: Rules, cases: Collection[UUID]) -> Iterable[Stack]:
    """Newest stacks of the cases that the rules name beside what is read first; nothing is asked of
    the database where they name none."""
    wanted = Q()
    for row in rules.series:
        drawing = drawing_of(row["kind"], row["view"])
        if drawing is not None and drawing is not SHORT_AXIS and structures_on(rules, drawing):
            wanted |= Q(sequence_kind=row["kind"], view=row["view"])
    if not wanted:
        return ()
    rows = Stack.objects.filter(wanted, is_latest=True, study__case__in=cases)
    return rows.select_related("study").defer("thumbnail").order_by("view", "key", "pk")


def besides_among(stacks: Iterable[Stack], rules: Rules) -> list[Beside]:
    found = []
    for stack in stacks:
        drawing = drawing_of(stack.sequence_kind, stack.view)
        if drawing is not None:
            found.append(Beside(stack, drawing, structures_on(rules, drawing)))
    return found


def structures_on(rules: Rules, drawing: Drawing) -> tuple[str, ...]:
    """Of what the protocol asks for, what is drawn there."""
    return tuple(code for code in rules.structures if code in drawing.structures)


def structures_beside(read: Read, stack: Stack) -> tuple[str, ...] | None:
    """What the read holds of a stack beside its own; None where it holds nothing of it."""
    found = next((b for b in stacks_beside(read) if b.stack.pk == stack.pk), None)
    return found.structures if found else None

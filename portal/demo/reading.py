"""Reads that the demo makes up: the phantom's true contours, drawn by a hand that is a little off.

They go through the same services as a person's, so that blinding, audit and signatures hold."""

import uuid
from dataclasses import dataclass

from cmrkit.contracts import StackLabels
from portal.accounts.models import User
from portal.adjudication.models import Adjudication, AdjudicationKind, DecisionReason
from portal.adjudication.services.deciding import Choice, decide
from portal.adjudication.services.settling import start_adjudication
from portal.adjudication.services.signing import sign_reference
from portal.adjudication.services.submission import submit_read
from portal.annotations.content import ContourKey
from portal.annotations.models import EntryKind
from portal.annotations.selectors import contents_of, key_of
from portal.annotations.services.operations import AnyOp, ContourOp, EntryOp, apply_operations
from portal.demo.people import demo_password
from portal.measurements.services.freezing import Freezes
from portal.reads.models import Read

MEANING = "I adjudicated this demo case."
Outline = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Hand:
    """``scale``: how much larger or smaller about their centre its contours come out."""

    scale: float
    class_: str


def read_case(*, by: User, read: Read, truth: StackLabels, phases: set[int], hand: Hand) -> None:
    """Draw ED and ES, answer, submit."""
    operations: list[AnyOp] = [
        ContourOp(
            op_id=uuid.uuid4().hex,
            key=ContourKey(code, *read.stack.addresses[f.slice_index][f.phase_index][1:3]),
            base_version=0,
            parts=[_scaled(part, hand.scale) for part in parts],
        )
        for f in truth.frames
        if f.phase_index in phases
        for code, parts in f.structures.items()
    ]
    operations += [
        EntryOp(uuid.uuid4().hex, EntryKind.ANSWER, name, 0, value)
        for name, value in (("assessable", "yes"), ("class", hand.class_))
    ]
    apply_operations(by=by, read=read, operations=operations)
    submit_read(by=by, read=read, op_id=uuid.uuid4().hex, freezes=everything_in(read))


def settle_and_sign(*, by: User, adjudication: Adjudication) -> None:
    """Take the first reading as it is and lock it."""
    start_adjudication(by=by, adjudication=adjudication)
    agreed = adjudication.kind == AdjudicationKind.CONFIRMATION
    reason = DecisionReason.AGREED if agreed else DecisionReason.CONTOUR_OFFSET
    choice = Choice(source="a", reason=reason)
    read = decide(by=by, adjudication=adjudication, op_id=uuid.uuid4().hex, choice=choice)
    sign_reference(
        by=by,
        adjudication=adjudication,
        op_id=uuid.uuid4().hex,
        password=demo_password(),
        meaning=MEANING,
        freezes=everything_in(read),
    )


def everything_in(read: Read) -> Freezes:
    contents = contents_of(read)
    return Freezes(
        contours={key_of(row): row.version for row in contents.annotations},
        answers={entry.name: entry.version for entry in contents.answer_entries},
        pins={entry.name: entry.version for entry in contents.pin_entries},
    )


def _scaled(outline: Outline, scale: float) -> list[list[float]]:
    cx = sum(x for x, _ in outline) / len(outline)
    cy = sum(y for _, y in outline) / len(outline)
    return [[round(cx + scale * (x - cx), 3), round(cy + scale * (y - cy), 3)] for x, y in outline]

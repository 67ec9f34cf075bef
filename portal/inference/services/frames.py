"""Contours of one frame while the reader waits. They are answered, not saved: the browser saves
them like anything else that is computed, and the reader accepts them or doesn't."""

from dataclasses import dataclass

import numpy as np

from cmrkit.contracts import StackMeta
from portal.accounts.models import User
from portal.annotations.content import FrameKey, Parts, within
from portal.annotations.made_by import note_for
from portal.annotations.models import Annotation
from portal.core.errors import InvalidInput
from portal.imaging.models import Stack
from portal.imaging.selectors import frame_pixels
from portal.inference.errors import AiHidden, FrameMissing
from portal.inference.services.model_service import Correction, Frame, ask_for_contours
from portal.modelhub.selectors import champion_of
from portal.protocols.selectors import rules_of
from portal.reads.blinding import OPEN_STATES
from portal.reads.errors import ReadClosed
from portal.reads.models import READ_BY_READERS, Read
from portal.reads.services.lifecycle import require_own


@dataclass(frozen=True)
class FrameContours:
    """By structure; ``made_by`` goes back with each contour when it is saved."""

    structures: dict[str, Parts]
    model_label: str
    made_by: str


def segment_frame(
    *,
    by: User,
    read: Read,
    slice_index: int,
    phase_index: int,
    correction: Correction | None = None,
) -> FrameContours:
    """By the champion of today, on the stack version that the read pins; with a correction, that
    structure alone. Only in the person's own open reading whose protocol shows AI."""
    require_own(by=by, read=read)
    if not read.sees_ai or read.purpose not in READ_BY_READERS:
        raise AiHidden()
    if read.state not in OPEN_STATES:
        raise ReadClosed()
    stack = read.stack
    if not (slice_index < stack.n_slices and phase_index < stack.n_phases):
        raise InvalidInput(None, frame=["The stack has no such slice or phase."])
    pixels = frame_pixels(stack, slice_index, phase_index)
    if pixels is None:
        raise FrameMissing()
    meta = StackMeta.from_json(stack.meta)
    model = champion_of(read.case.project_id)
    frame = Frame(
        pixels,
        None if meta.spacing_assumed else meta.pixel_spacing_mm,
        _centre(read, stack, slice_index, phase_index, correction),
    )
    found = ask_for_contours(frame, model, correction)
    wanted = (
        {correction.structure} if correction else set(rules_of(read.protocol_version).structures)
    )
    label = f"{model.name} {model.version}"
    return FrameContours(
        structures={
            code: parts
            for code, parts in found.items()
            if code in wanted and within(parts, rows=meta.rows, columns=meta.columns)
        },
        model_label=label,
        made_by=note_for(read.pk, label),
    )


def _centre(
    read: Read, stack: Stack, slice_index: int, phase_index: int, correction: Correction | None
) -> tuple[float, float] | None:
    """Where the heart is by what the read has in this phase, the nearest slice first: at the base
    and the apex a network alone may look elsewhere."""
    places = {
        FrameKey(address[1], int(address[2])): abs(s - slice_index)
        for s, row in enumerate(stack.addresses)
        if (address := row[phase_index]) is not None
    }
    rows = Annotation.objects.filter(
        read=read, sop_instance_uid__in={key.sop_instance_uid for key in places}
    ).values_list("sop_instance_uid", "frame_number", "structure", "parts")
    near = sorted(
        (places[key], structure.startswith("rv"), parts)
        for uid, number, structure, parts in rows
        if parts and (key := FrameKey(uid, number)) in places
    )
    if near:
        parts = near[0][2]
    elif correction is not None:
        parts = correction.parts or [correction.strokes[-1].points]
    else:
        return None
    column, row = np.mean([point for part in parts for point in part], axis=0)
    inside = 0 <= column < stack.meta["columns"] and 0 <= row < stack.meta["rows"]
    return (float(column), float(row)) if inside else None

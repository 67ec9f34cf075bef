"""What submitted reads made of their drafts, kept under the hash of what they submitted."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import Max, Min

from cmrkit.contracts import StackMeta
from cmrkit.corrections import CODE_VERSION, FrameChange, change_of_frame, sum_up
from portal.annotations.content import frame_positions
from portal.annotations.models import Annotation, Origin, Revision, State
from portal.annotations.selectors import contents_of, key_of
from portal.core.hashing import digest
from portal.measurements.services.measuring import measure
from portal.modelhub.models import Correction
from portal.reads.models import Read

Row = dict[str, Any]


def correct(read: Read) -> Correction:
    """The read's correction, computed where there is none under its present hash. The read is
    submitted and started from a draft."""
    assert read.draft_source is not None
    inputs_hash = digest([str(read.pk), read.submitted_digest, str(read.stack_id), CODE_VERSION])
    row = Correction.objects.filter(read=read, inputs_hash=inputs_hash).first()
    if row is not None:
        return row
    values = {"rows": _rows(read), "seconds": _seconds(read)}
    row, _ = Correction.objects.update_or_create(
        read=read,
        defaults={
            "drafted_by": read.draft_source.reader,
            "inputs_hash": inputs_hash,
            "values": values,
        },
    )
    return row


def _rows(read: Read) -> list[Row]:
    """By structure and phase, of the frames that the reader vouches for: what stayed in state auto
    was not read."""
    contents = contents_of(read)
    function = measure(read, contents)
    meta = StackMeta.from_json(read.stack.meta)
    positions = frame_positions(read.stack.addresses)
    drafts = _drafts(read)
    tolerance_mm = min(meta.pixel_spacing_mm) / 2
    found: dict[tuple[str, str], list[FrameChange]] = defaultdict(list)
    for annotation in contents.annotations:
        place = positions.get(key_of(annotation).frame)
        if annotation.state == State.AUTO or place is None:
            continue
        draft = drafts.get(annotation.pk, [])
        change = change_of_frame(draft, annotation.parts, meta.pixel_spacing_mm, tolerance_mm)
        if change is not None:
            found[annotation.structure, _phase(place[1], function)].append(change)
    return [
        _row(structure, phase, changes, meta.slice_spacing_mm)
        for (structure, phase), changes in sorted(found.items())
    ]


def _drafts(read: Read) -> dict[UUID, Any]:
    """The draft's parts as they were last copied into the read, by annotation."""
    rows = Revision.objects.filter(annotation__read=read, origin=Origin.AI, state=State.AUTO)
    return dict(rows.order_by("version").values_list("annotation_id", "parts"))


def _phase(index: int, function: dict[str, Any]) -> str:
    if index == function["ed_phase"]:
        return "ED"
    return "ES" if index == function["es_phase"] else "other"


def _row(structure: str, phase: str, changes: list[FrameChange], spacing_mm: float) -> Row:
    total = sum_up(changes, spacing_mm)
    return {
        "structure": structure,
        "phase": phase,
        "n_frames": total.n_frames,
        "counts": {str(kind): n for kind, n in total.counts.items()},
        "added_path_mm": total.added_path_mm,
        "dice": total.dice,
        # of all other phases together it would be no volume
        "volume_ml": None if phase == "other" else total.volume_ml,
    }


def _seconds(read: Read) -> float | None:
    """From the first to the last thing the reader did to a contour; None where nothing was."""
    own = Revision.objects.filter(annotation__in=Annotation.objects.filter(read=read)).exclude(
        state=State.AUTO
    )
    span = own.aggregate(first=Min("created_at"), last=Max("created_at"))
    if span["first"] is None:
        return None
    return float((span["last"] - span["first"]).total_seconds())

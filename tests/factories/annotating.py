"""Reading annotation files onto a stack, in tests."""

from io import BytesIO
from typing import Any

from pydicom.dataset import Dataset

from cmrkit.annotations_in import (
    AnnotationFile,
    ImportedLabels,
    Options,
    Targets,
    read_annotations,
)
from cmrkit.contracts import FrameLabels, StackLabels, StackMeta


def targets_of(meta: StackMeta, **changes: Any) -> Targets:
    numbers = {
        ref.sop_instance_uid: s * meta.n_phases + p + 1
        for s, row in enumerate(meta.frames)
        for p, ref in enumerate(row)
        if ref
    }
    return Targets(meta, numbers, **changes)


def read(data: bytes, targets: Targets, **options: Any) -> ImportedLabels:
    return read_annotations(AnnotationFile.of_bytes(data), targets, Options(**options))


def as_bytes(dataset: Dataset) -> bytes:
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def codes_of(found: ImportedLabels) -> set[str]:
    return {note.code for note in found.notes}


def on_stack(found: ImportedLabels, meta: StackMeta) -> StackLabels:
    """What was imported, as labels of the stack."""
    places = {
        (r.sop_instance_uid, r.frame_number): (s, p)
        for s, row in enumerate(meta.frames)
        for p, r in enumerate(row)
        if r
    }
    frames: dict[tuple[int, int], dict[str, Any]] = {}
    for c in found.contours:
        place = places[c.sop_instance_uid, c.frame_number]
        assert c.structure not in frames.setdefault(place, {})
        frames[place][c.structure] = c.parts
    return StackLabels(tuple(FrameLabels(s, p, found) for (s, p), found in sorted(frames.items())))

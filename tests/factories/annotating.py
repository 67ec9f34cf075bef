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
from cmrkit.contracts import StackMeta


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

"""Folders of research volumes, case by case: plain NIfTI, the ACDC layout, the nnU-Net layout."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cmrkit.annotations_in.model import Note
from cmrkit.annotations_in.tissues import Mapping_, Tissue
from cmrkit.convert.dicom import SeriesToWrite, StudyAbout
from cmrkit.errors import UnreadableVolume
from cmrkit.niftiio.reading import Statement

SHORT_AXIS_CINE = "cine SAX"
SUFFIXES = (".nii.gz", ".nii")


class SetLayout(StrEnum):
    """How a folder is laid out."""

    ACDC = "acdc"
    NNUNET = "nnunet"
    NIFTI = "nifti"


@dataclass(frozen=True)
class LabelledVolume:
    """Labels (slice, row, column) of one phase of the case's volume, and what its values mean."""

    values: NDArray[np.integer]
    phase_index: int
    meanings: Mapping[int, Tissue | None]


@dataclass(frozen=True)
class LoadedItem:
    """One case, read: its series, the labels on the first of them, and what should be known."""

    about: StudyAbout
    series: tuple[SeriesToWrite, ...]
    labels: tuple[LabelledVolume, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class SetItem:
    """One case of a set, not yet read. ``name`` is the set's own."""

    name: str
    load: Callable[[], LoadedItem]


@dataclass(frozen=True)
class SetOptions:
    """What the caller states: spacing and RR, what labels mean, and what the images are (in the
    words that stacks are sorted by)."""

    statement: Statement = field(default_factory=Statement)
    mapping: Mapping_ | None = None
    description: str = SHORT_AXIS_CINE


def stem_of(path: Path) -> str:
    """The name without ``.nii`` or ``.nii.gz``."""
    return next((path.name[: -len(s)] for s in SUFFIXES if path.name.endswith(s)), path.stem)


def volumes_in(folder: Path) -> list[Path]:
    """NIfTI files directly in a folder."""
    return sorted(p for p in folder.iterdir() if p.is_file() and p.name.endswith(SUFFIXES))


def read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableVolume("A file of the set can't be opened.") from error

"""The layout of the ACDC challenge (Bernard et al., IEEE TMI 2018): a folder per patient with
``Info.cfg``, ``patientNNN_4d.nii.gz``, ``patientNNN_frameXX.nii.gz`` and ``…_gt.nii.gz``.
Frames count from 1; labels are 1 RV cavity, 2 myocardium, 3 LV cavity."""

import re
from functools import partial
from pathlib import Path

import numpy as np

from cmrkit.annotations_in.model import Note
from cmrkit.annotations_in.tissues import ACDC_VALUES
from cmrkit.convert.dicom import SeriesToWrite, StudyAbout
from cmrkit.convert.joining import join_phases
from cmrkit.convert.labelled import labels_per_phase
from cmrkit.convert.sets import (
    LabelledVolume,
    LoadedItem,
    SetItem,
    SetOptions,
    read_file,
    stem_of,
    volumes_in,
)
from cmrkit.errors import AnnotationsDoNotFit, UnusableSet
from cmrkit.niftiio import ImageVolume, read_image

_FRAME = re.compile(r"_frame(\d+)$")
_LABELS = re.compile(r"_frame(\d+)_gt$")


def items(path: Path, options: SetOptions) -> list[SetItem]:
    """One item per folder with an ``Info.cfg``; ``path`` may be one patient's folder too."""
    folders = sorted(p.parent for p in path.rglob("Info.cfg")) if path.is_dir() else []
    if not folders:
        raise UnusableSet("No folder here has an Info.cfg, as each patient of ACDC has.")
    return [SetItem(folder.name, partial(_load, folder, options)) for folder in folders]


def _load(folder: Path, options: SetOptions) -> LoadedItem:
    info = _info(folder / "Info.cfg")
    files = {stem_of(file): file for file in volumes_in(folder)}
    whole = next((file for stem, file in files.items() if stem.endswith("_4d")), None)
    frames = _numbered(files, _FRAME)
    notes: tuple[Note, ...] = ()
    if whole is not None:
        volume = read_image(read_file(whole), options.statement)
        phase_of = {number: number - 1 for number in range(1, volume.stored.shape[1] + 1)}
    elif frames:
        volume = _joined(frames, options, info)
        phase_of = {number: phase for phase, number in enumerate(sorted(frames))}
        notes = (Note("labelled_frames_only", "There is no 4D file: the phases are the frames."),)
    else:
        raise UnusableSet("A patient's folder has neither a 4D file nor frames.")
    labels = _labels(_numbered(files, _LABELS), phase_of, volume)
    about = StudyAbout(
        subject=folder.name[:64],
        description="ACDC layout",
        height_m=_positive(info.get("Height"), 100.0),
        weight_kg=_positive(info.get("Weight"), 1.0),
    )
    return LoadedItem(about, (SeriesToWrite(volume, options.description),), labels, notes)


def _labels(
    files: dict[int, Path], phase_of: dict[int, int], volume: ImageVolume
) -> tuple[LabelledVolume, ...]:
    found: list[LabelledVolume] = []
    for number, file in sorted(files.items()):
        if number not in phase_of:
            raise AnnotationsDoNotFit(f"There are labels of frame {number}, but no such frame.")
        found += labels_per_phase(read_file(file), volume, ACDC_VALUES, [phase_of[number]])
    return tuple(found)


def _joined(frames: dict[int, Path], options: SetOptions, info: dict[str, str]) -> ImageVolume:
    """The frames as phases of one volume, at their place among ``NbFrame`` in the cycle."""
    numbers = sorted(frames)
    n_frames = int(_positive(info.get("NbFrame"), 1.0) or max(numbers))
    shares = [(number - 1) / max(n_frames, *numbers) for number in numbers]
    volumes = [read_image(read_file(frames[number]), options.statement) for number in numbers]
    return join_phases(volumes, shares, options.statement.rr_ms)


def _numbered(files: dict[str, Path], pattern: re.Pattern[str]) -> dict[int, Path]:
    matches = ((pattern.search(stem), file) for stem, file in files.items())
    return {int(match[1]): file for match, file in matches if match}


def _info(file: Path) -> dict[str, str]:
    """``key: value`` lines."""
    text = read_file(file).decode("utf-8", errors="replace")
    pairs = (line.partition(":") for line in text.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs if value.strip()}


def _positive(text: str | None, divisor: float) -> float | None:
    """A positive number of the file, divided; None where it is none."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value / divisor if np.isfinite(value) and value > 0 else None

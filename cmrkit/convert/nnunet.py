"""The raw layout of nnU-Net v2: ``dataset.json``, ``imagesTr/CASE_0000.nii.gz`` (one file per
channel), ``labelsTr/CASE.nii.gz``, ``imagesTs``.
(https://github.com/MIC-DKFZ/nnUNet, documentation/dataset_format.md.)"""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

from cmrkit.annotations_in.model import Note, shown
from cmrkit.annotations_in.tissues import Mapping_, Tissue, is_ignored, tissue_of
from cmrkit.convert.dicom import SeriesToWrite, StudyAbout
from cmrkit.convert.labelled import labels_per_phase
from cmrkit.convert.sets import LabelledVolume, LoadedItem, SetItem, SetOptions, read_file
from cmrkit.errors import UnreadableVolume, UnsupportedInput, UnusableSet
from cmrkit.niftiio import read_image

_READABLE = (".nii.gz", ".nii")
_CHANNEL = re.compile(r"^(?P<case>.+)_(?P<channel>\d{4})$")
_TRAINING, _TEST = ("imagesTr", "labelsTr"), ("imagesTs", "labelsTs")


def items(path: Path, options: SetOptions) -> list[SetItem]:
    """The cases of imagesTr and imagesTs. Raises UnusableSet for a folder without a usable
    ``dataset.json``, UnsupportedInput for files that aren't NIfTI or several channels."""
    described = _described(path)
    ending = str(described.get("file_ending", ".nii.gz"))
    if ending not in _READABLE:
        raise UnsupportedInput(f"The files end in {shown(ending)}; only NIfTI can be read.")
    channels = described.get("channel_names") or described.get("modality") or {"0": "MR"}
    if len(channels) != 1:
        raise UnsupportedInput(
            f"The set has {len(channels)} channels. A stack has one: make a set of one channel."
        )
    meanings, notes = _meanings(described, options.mapping)
    found = []
    for images, labels in (_TRAINING, _TEST):
        for name, file in _cases(path / images, ending):
            drawn = path / labels / f"{name}{ending}"
            load = partial(_load, name, file, drawn, meanings, notes, options)
            found.append(SetItem(name, load))
    if not found:
        raise UnusableSet("imagesTr and imagesTs hold no files named CASE_0000.nii.gz.")
    return found


def _load(
    name: str,
    image: Path,
    labels: Path,
    meanings: dict[int, Tissue | None],
    notes: tuple[Note, ...],
    options: SetOptions,
) -> LoadedItem:
    volume = read_image(read_file(image), options.statement)
    drawn: list[LabelledVolume] = []
    if labels.is_file():
        drawn = labels_per_phase(read_file(labels), volume, meanings)
    about = StudyAbout(subject=name[:64], description="nnU-Net layout")
    series = (SeriesToWrite(volume, options.description),)
    return LoadedItem(about, series, tuple(drawn), notes if drawn else ())


def _described(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(read_file(path / "dataset.json")) if path.is_dir() else None
    except (ValueError, UnreadableVolume) as error:
        raise UnusableSet("There is no dataset.json here, or it can't be read.") from error
    if not isinstance(found, dict) or not isinstance(found.get("labels"), dict):
        raise UnusableSet("dataset.json doesn't say what the labels are.")
    return found


def _meanings(
    described: dict[str, Any], mapping: Mapping_ | None
) -> tuple[dict[int, Tissue | None], tuple[Note, ...]]:
    """Label value -> meaning, by the labels' names; names that mean nothing here are noted."""
    meanings: dict[int, Tissue | None] = {}
    notes = []
    for name, value in described["labels"].items():
        values = value if isinstance(value, list) else [value]
        if not all(str(v).isdigit() for v in values):
            raise UnusableSet("dataset.json has labels that aren't whole numbers.")
        tissue = tissue_of(name, mapping)
        for number in (int(v) for v in values):
            if number == 0:
                continue
            if len(values) > 1:  # regions overlap: the single values keep their own names
                continue
            meanings[number] = tissue
            if tissue is None and not is_ignored(name, mapping):
                notes.append(Note("not_mapped", f"{shown(name)}: no structure of the protocol."))
    if any(isinstance(v, list) for v in described["labels"].values()):
        notes.append(Note("regions", "Labels that are regions of several values are left out."))
    return meanings, tuple(notes)


def _cases(folder: Path, ending: str) -> list[tuple[str, Path]]:
    """(case, file of channel 0)."""
    if not folder.is_dir():
        return []
    found = []
    for file in sorted(folder.iterdir()):
        match = _CHANNEL.match(file.name.removesuffix(ending)) if file.is_file() else None
        if match and file.name.endswith(ending) and int(match["channel"]) == 0:
            found.append((match["case"], file))
    return found

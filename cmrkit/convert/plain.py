"""NIfTI files by themselves: each is a case; one with the same name and ``_gt``, ``_seg``,
``_label`` or ``_labels`` at its end holds its labels."""

from functools import partial
from pathlib import Path

from cmrkit.annotations_in.tissues import ACDC_VALUES, Tissue
from cmrkit.convert.dicom import SeriesToWrite, StudyAbout
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
from cmrkit.errors import UnusableSet
from cmrkit.niftiio import read_image

LABEL_ENDINGS = ("_gt", "_seg", "_label", "_labels")


def items(path: Path, options: SetOptions) -> list[SetItem]:
    files = volumes_in(path) if path.is_dir() else [path]
    by_stem = {stem_of(file): file for file in files}
    images = {stem: file for stem, file in by_stem.items() if _image_of(stem) not in by_stem}
    if not images:
        raise UnusableSet("There are no .nii or .nii.gz files here.")
    return [
        SetItem(stem, partial(_load, stem, file, _labels_of(stem, by_stem), options))
        for stem, file in images.items()
    ]


def _image_of(stem: str) -> str | None:
    """The stem of the image that a label file belongs to."""
    return next((stem.removesuffix(e) for e in LABEL_ENDINGS if stem.endswith(e)), None)


def _labels_of(stem: str, by_stem: dict[str, Path]) -> Path | None:
    return next((by_stem[stem + e] for e in LABEL_ENDINGS if stem + e in by_stem), None)


def _load(name: str, image: Path, labels: Path | None, options: SetOptions) -> LoadedItem:
    volume = read_image(read_file(image), options.statement)
    drawn: list[LabelledVolume] = []
    if labels is not None:
        drawn = labels_per_phase(read_file(labels), volume, _meanings(options))
    series = (SeriesToWrite(volume, options.description),)
    return LoadedItem(StudyAbout(subject=name[:64]), series, tuple(drawn), ())


def _meanings(options: SetOptions) -> dict[int, Tissue | None]:
    stated = {int(k): v for k, v in (options.mapping or {}).items() if k.isdigit()}
    return stated or dict(ACDC_VALUES)

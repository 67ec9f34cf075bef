"""From stored to modality values (PS3.3 C.11.1): by the frame, where its file says so."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels import apply_rescale

from cmrkit.dicomio.levels import Item, first_item, numbers

_TRANSFORMATION, _SLOPE, _INTERCEPT = "00289145", "00281053", "00281052"
Rescale = tuple[float, float]  # slope, intercept


def rescale_of(metadata: Item, number: int) -> Rescale:
    """Of frame ``number``, from 1, of a header as DICOM JSON: from the frame's functional group
    (PS3.3 C.7.6.16.2.9), the shared one, or the top. 1 and 0 where none says both."""
    own = (metadata.get("52009230", {}).get("Value") or [])[number - 1 : number]
    groups = [*own, first_item(metadata, "52009229")]
    levels = [*(first_item(group, _TRANSFORMATION) for group in groups if group), metadata]
    return _first_whole([*_value(level, _SLOPE), *_value(level, _INTERCEPT)] for level in levels)


def modality_values(stored: NDArray[Any], dataset: Dataset, number: int) -> NDArray[np.float32]:
    """Frame ``number``, from 1, of the file that ``dataset`` is, as modality values."""
    if "ModalityLUTSequence" in dataset:
        return np.asarray(apply_rescale(stored, dataset), dtype=np.float32)
    slope, intercept = _first_whole(
        [level.get("RescaleSlope"), level.get("RescaleIntercept")]
        for level in _levels(dataset, number)
    )
    return np.asarray(stored.astype(np.float64) * slope + intercept, dtype=np.float32)


def _levels(dataset: Dataset, number: int) -> Iterable[Dataset]:
    own = (dataset.get("PerFrameFunctionalGroupsSequence") or [])[number - 1 : number]
    shared = (dataset.get("SharedFunctionalGroupsSequence") or [])[:1]
    for group in [*own, *shared]:
        yield from (group.get("PixelValueTransformationSequence") or [])[:1]
    yield dataset


def _value(level: Item, tag: str) -> list[Any]:
    return (level.get(tag, {}).get("Value") or [])[:1]


def _first_whole(pairs: Iterable[list[Any]]) -> Rescale:
    for pair in pairs:
        found = numbers(pair)
        if len(found) == 2:
            return found[0], found[1]
    return 1.0, 0.0

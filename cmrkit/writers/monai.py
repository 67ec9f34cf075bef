"""A MONAI datalist (``monai.data.load_decathlon_datalist``)."""

from collections.abc import Iterable
from typing import Any

from cmrkit.contracts import Split
from cmrkit.writers.masks import LABEL_VALUES

KEYS = {Split.TRAIN: "training", Split.VALIDATION: "validation", Split.TEST: "test"}


def datalist(
    items: Iterable[tuple[Split, dict[str, Any]]], *, name: str, reference: str
) -> dict[str, Any]:
    """``{"training", "validation", "test": [{"image", "label", …}]}``; paths are relative to the
    file. The division is the dataset version's own, by patient."""
    found: dict[str, Any] = {
        "name": name,
        "reference": reference,
        "modality": {"0": "cine MRI"},
        "labels": {str(value): label for label, value in LABEL_VALUES.items()},
        "tensorImageSize": "3D",
        **{key: [] for key in KEYS.values()},
    }
    for split, row in items:
        found[KEYS[split]].append(row)
    return found

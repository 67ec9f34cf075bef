"""The raw-data layout of nnU-Net v2 (documentation/dataset_format.md of MIC-DKFZ/nnUNet)."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from cmrkit.contracts import Split
from cmrkit.errors import UnsupportedInput

FILE_ENDING = ".nii.gz"
CHANNEL = "0000"
CHANNEL_NAMES = {"0": "cine MRI"}  # not a name with a rule of its own: z-score normalisation
LABELS = {"background": 0, "RV_cavity": 1, "LV_myocardium": 2, "LV_cavity": 3}
_SAFE = re.compile(r"[^A-Za-z0-9-]+")


def safe_name(label: str) -> str:
    """ASCII letters, digits and hyphens of a label: what every file system and nnU-Net can hold.

    Raises UnsupportedInput where nothing usable is left.
    """
    safe = _SAFE.sub("-", label).strip("-")
    if not safe:
        raise UnsupportedInput("A label without a letter or digit can't name a file.")
    return safe


def dataset_json(
    *, name: str, n_training: int, description: str, licence: str, reference: str
) -> dict[str, Any]:
    """``dataset.json``: one channel, consecutive labels from 0, ``numTraining`` the number of
    files in ``labelsTr``. ``reference`` says which dataset version this is.

    Raises UnsupportedInput without training cases: nnU-Net has nothing to plan from.
    """
    if n_training < 1:
        raise UnsupportedInput(
            "This dataset has no training or validation cases; nnU-Net's layout needs some."
        )
    return {
        "channel_names": CHANNEL_NAMES,
        "labels": LABELS,
        "numTraining": n_training,
        "file_ending": FILE_ENDING,
        "name": name,
        "description": description,
        "licence": licence,
        "reference": reference,
    }


def splits_final(items: Iterable[tuple[str, Split]]) -> list[dict[str, Sequence[str]]] | None:
    """``splits_final.json`` with the dataset's own division as fold 0, of (identifier, split).

    None where either side is empty: nnU-Net refuses such a fold, and makes its own without the
    file.
    """
    sides: dict[str, list[str]] = {"train": [], "val": []}
    for identifier, split in items:
        if split in (Split.TRAIN, Split.VALIDATION):
            sides["train" if split == Split.TRAIN else "val"].append(identifier)
    if not sides["train"] or not sides["val"]:
        return None
    return [{side: sorted(names) for side, names in sides.items()}]

"""What a reader should know about a draft before trusting it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_workers.inference.clean import LV, RV


@dataclass(frozen=True)
class Finding:
    """A stable code, a sentence for people, and the slice it is about (None: the whole stack)."""

    code: str
    message: str
    slice_index: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "slice": self.slice_index}


def findings_of(
    labels: NDArray[np.uint8], present: NDArray[np.bool_], *, spacing_assumed: bool
) -> tuple[Finding, ...]:
    """Look at labels (slice, phase, row, column) and at which frames exist (slice, phase)."""
    found = []
    if spacing_assumed:
        found.append(
            Finding("spacing_assumed", "The images give no pixel size; millimetres are assumed.")
        )
    if not present.all():
        found.append(Finding("frames_missing", f"{int((~present).sum())} frames are missing."))
    cavity = (labels == LV).sum(axis=(2, 3))
    if not cavity.any():
        found.append(Finding("no_left_ventricle", "No left ventricle was found."))
        return tuple(found)
    if not (labels == RV).any():
        found.append(Finding("no_right_ventricle", "No right ventricle was found."))
    volume = cavity.sum(axis=0).astype(float)
    if len(volume) > 2 and (volume.min() <= 0 or volume.max() > 12 * volume.min()):
        found.append(
            Finding("volume_jump", "The LV volume changes more over the beat than a heart's can.")
        )
    slices = np.flatnonzero(cavity.any(axis=1))
    for missing in sorted(set(range(slices[0], slices[-1] + 1)) - set(slices.tolist())):
        if present[missing].any():
            found.append(
                Finding(
                    "slice_skipped",
                    f"No cavity between its neighbours in slice {missing + 1}.",
                    int(missing),
                )
            )
    return tuple(found)

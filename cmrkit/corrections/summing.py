"""Frames of one structure and phase taken together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cmrkit.corrections.frames import FrameChange, Kind
from cmrkit.errors import InvalidGeometry


@dataclass(frozen=True)
class Correction:
    """``counts``: frames by what became of them. ``dice`` is of all areas together, None where
    they enclose nothing. ``volume_ml``: the reader's volume minus the draft's."""

    n_frames: int
    counts: dict[Kind, int]
    added_path_mm: float
    dice: float | None
    volume_ml: float

    @property
    def overridden(self) -> float:
        """Share of frames that were redrawn, rejected or added: 0 to 1."""
        changed = (Kind.REDRAWN, Kind.REJECTED, Kind.ADDED)
        return sum(self.counts[kind] for kind in changed) / self.n_frames


def sum_up(changes: Sequence[FrameChange], slice_spacing_mm: float) -> Correction:
    """Sum up frames of one structure, at one phase for ``volume_ml`` to be a volume.

    slice_spacing_mm: from slice to slice. Volumes are disc sums: areas in mm² times the spacing,
    1,000 mm³ to the millilitre; no rule for the base is applied, so that what the reader took away
    there counts. Raises InvalidGeometry without frames or for a spacing that is not positive.
    """
    if not changes or not slice_spacing_mm > 0:
        raise InvalidGeometry("A correction needs frames and a positive slice spacing.")
    counted = Counter(change.kind for change in changes)
    total = sum(change.draft_mm2 + change.final_mm2 for change in changes)
    both = sum(change.both_mm2 for change in changes)
    grown = sum(change.final_mm2 - change.draft_mm2 for change in changes)
    return Correction(
        n_frames=len(changes),
        counts={kind: counted[kind] for kind in Kind},
        added_path_mm=sum(change.added_path_mm for change in changes),
        dice=2 * both / total if total > 0 else None,
        volume_ml=grown * slice_spacing_mm / 1000,
    )

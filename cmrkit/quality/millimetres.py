"""Distances between neighbouring pixels and slices."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Millimetres:
    """In mm; ``slice_mm`` is the distance between slice planes, None where nothing tells it.
    ``assumed``: the source gave no in-plane spacing, so that no size in mm or ml is judged."""

    row_mm: float
    column_mm: float
    slice_mm: float | None = None
    assumed: bool = False

    @property
    def pixel_mm(self) -> float:
        """Side of a square of the pixel's area."""
        return float((self.row_mm * self.column_mm) ** 0.5)

    @property
    def voxel_ml(self) -> float | None:
        """None where it isn't known for certain."""
        if self.assumed or self.slice_mm is None or self.slice_mm <= 0:
            return None
        return self.row_mm * self.column_mm * self.slice_mm / 1000

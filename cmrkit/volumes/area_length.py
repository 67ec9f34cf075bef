"""Volume of a chamber from long-axis areas and its length (docs/science/long-axis.md)."""

import math
from dataclasses import dataclass
from enum import StrEnum

from cmrkit.errors import InvalidGeometry

CODE_VERSION = "area-length-1"


class LengthRule(StrEnum):
    """Which length counts where two views give two."""

    MEAN = "mean"
    SHORTER = "shorter"


@dataclass(frozen=True)
class LongAxisSection:
    """A chamber in one view: its area, and its length from the middle of the valve to the far
    end."""

    area_mm2: float
    length_mm: float

    def __post_init__(self) -> None:
        if not (self.area_mm2 > 0 and self.length_mm > 0):
            raise InvalidGeometry("Area and length of a long-axis section must be positive.")
        if not (math.isfinite(self.area_mm2) and math.isfinite(self.length_mm)):
            raise InvalidGeometry("Area and length of a long-axis section must be finite.")


def single_plane_ml(section: LongAxisSection) -> float:
    """8 A² / (3 π L): exact for half an ellipsoid that is round across its length."""
    return 8 * section.area_mm2**2 / (3 * math.pi * section.length_mm) / 1000


def biplane_ml(first: LongAxisSection, second: LongAxisSection, rule: LengthRule) -> float:
    """8 A₁ A₂ / (3 π L): exact for half an ellipsoid cut along its two other axes."""
    lengths = (first.length_mm, second.length_mm)
    length = min(lengths) if rule == LengthRule.SHORTER else sum(lengths) / 2
    return 8 * first.area_mm2 * second.area_mm2 / (3 * math.pi * length) / 1000

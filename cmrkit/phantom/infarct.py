"""An infarct in the phantom's wall, with its volume in closed form (docs/science/lge.md).

It takes a sector of the circumference, from the endocardium outwards. Where the sector is cut at
height z, the wall between endocardial radius r and epicardial radius R has the area α(R² - r²) for
half a width of α; the infarct is the inner ``transmurality`` of it. No-reflow is the middle of the
infarct in the same three senses: angle, depth and height.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmrkit.errors import InvalidGeometry
from cmrkit.phantom.heart import Heart

Outline = NDArray[np.float64]


@dataclass(frozen=True)
class Infarct:
    """``transmurality``: share of the wall's volume in its sector. ``angle_rad`` is the sector's
    middle, ``half_rad`` half its width; it reaches from ``from_mm`` to ``to_mm`` below the base.
    ``no_reflow``: how much of width and of height its core takes; it leaves the innermost fifth
    and the outermost three tenths of the infarct's depth, by area; 0 for none."""

    angle_rad: float = 3.9
    half_rad: float = 0.7
    transmurality: float = 0.5
    from_mm: float = 27.0
    to_mm: float = 63.0
    no_reflow: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.transmurality <= 1 or not 0 <= self.no_reflow < 1:
            raise InvalidGeometry("Transmurality lies above 0 up to 1, no-reflow from 0 below 1.")
        if not 0 < self.half_rad <= math.pi or not 0 <= self.from_mm < self.to_mm:
            raise InvalidGeometry("An infarct needs a width up to the whole turn, and a height.")


INNER, OUTER = 0.2, 0.7  # of the infarct's depth, by area: where no-reflow lies


@dataclass(frozen=True)
class InfarctedHeart:
    """A heart at end-diastole, when its endocardium is round, with an infarct in its wall."""

    heart: Heart
    infarct: Infarct

    def __post_init__(self) -> None:
        if self.heart.contraction != 0:
            raise InvalidGeometry("The infarct is described at end-diastole: contraction 0.")
        if self.infarct.to_mm > self.heart.length_mm:
            raise InvalidGeometry(
                f"The infarct reaches {self.infarct.to_mm} mm down, the cavity only "
                f"{self.heart.length_mm:.0f} mm."
            )

    @property
    def infarct_ml(self) -> float:
        """Scar and no-reflow together: α t ∫(R² - r²) dz."""
        i = self.infarct
        return i.half_rad * i.transmurality * self._wall_mm(i.from_mm, i.to_mm) / 1000

    @property
    def no_reflow_ml(self) -> float:
        i = self.infarct
        low, high = self._core_mm
        share = i.no_reflow * (OUTER - INNER) * i.transmurality
        return i.half_rad * share * self._wall_mm(low, high) / 1000

    @property
    def scar_ml(self) -> float:
        return self.infarct_ml - self.no_reflow_ml

    def scar_outline(self, z_mm: float, n: int = 96) -> Outline | None:
        """The infarct's outline (x, y) in mm around the axis, its core within it; None outside its
        height. Its polygon encloses exactly the closed-form area."""
        i = self.infarct
        if not i.from_mm <= z_mm < i.to_mm:
            return None
        return self._sector(z_mm, i.half_rad, 0.0, i.transmurality, n)

    def core_outline(self, z_mm: float, n: int = 96) -> Outline | None:
        """The outline of no-reflow, likewise."""
        i = self.infarct
        low, high = self._core_mm
        if not low <= z_mm < high:
            return None
        inner, outer = INNER * i.transmurality, OUTER * i.transmurality
        return self._sector(z_mm, i.half_rad * i.no_reflow, inner, outer, n)

    @property
    def _core_mm(self) -> tuple[float, float]:
        i = self.infarct
        middle, half = (i.from_mm + i.to_mm) / 2, (i.to_mm - i.from_mm) / 2 * i.no_reflow
        return middle - half, middle + half

    @property
    def _endo_radius_mm(self) -> float:
        return self.heart.parameters.radius_mm

    def _wall_mm(self, low: float, high: float) -> float:
        """∫(R² - r²) dz in mm³: radii squared fall as 1 - z²/L², each with its own L."""

        def under(z: float) -> float:
            outer = self.heart.epi_radius_mm**2 * (z - z**3 / (3 * self.heart.epi_length_mm**2))
            inner = self._endo_radius_mm**2 * (z - z**3 / (3 * self.heart.length_mm**2))
            return outer - inner

        return under(high) - under(low)

    def _sector(self, z_mm: float, half: float, inner: float, outer: float, n: int) -> Outline:
        """From one depth of the wall to another, both shares of its area."""
        endo = self._endo_radius_mm**2 * (1 - (z_mm / self.heart.length_mm) ** 2)
        epi = self.heart.epi_radius_mm**2 * (1 - (z_mm / self.heart.epi_length_mm) ** 2)
        angle = self.infarct.angle_rad + np.linspace(-half, half, n // 2)
        step = angle[1] - angle[0]
        # chords cut off a part of every arc: radii that make up for it, so that the area is exact
        chord = step / math.sin(step)
        radii = [math.sqrt((endo + share * (epi - endo)) * chord) for share in (outer, inner)]
        return np.vstack([_arc(angle, radii[0]), _arc(angle[::-1], radii[1])])


def _arc(angle: NDArray[np.float64], radius: float) -> Outline:
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def random_infarct(rng: np.random.Generator, heart: Heart) -> Infarct:
    """Anywhere in the wall, from a thin stripe to the whole of it; no-reflow in a third."""
    length = heart.length_mm
    low = float(rng.uniform(0, 0.6)) * length
    return Infarct(
        angle_rad=float(rng.uniform(0, 2 * math.pi)),
        half_rad=float(rng.uniform(0.2, 1.4)),
        transmurality=float(rng.uniform(0.2, 1.0)),
        from_mm=low,
        to_mm=low + float(rng.uniform(0.2, 1.0)) * (length - low),
        no_reflow=float(rng.uniform(0.3, 0.8)) if rng.random() < 0.35 else 0.0,
    )

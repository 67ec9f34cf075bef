"""Both atria above the base plane of the phantom, with areas and volumes in closed form.

An atrium is an ellipsoid of revolution cut off where it meets its valve. It leans sideways the
further it lies from the valve: a shear, which changes neither its volume nor its area in the plane
that it leans in.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmrkit.errors import InvalidGeometry
from cmrkit.phantom.heart import Heart

_LEFT_LEAN, _RIGHT_LEAN = 0.25, 0.45  # mm sideways per mm away from the valve
_WIDER = 1.03  # an atrium is at least that much wider than its valve


@dataclass(frozen=True)
class AtriaParameters:
    """Largest radius and length in mm when the atria are full, at end-systole; ``emptying`` is the
    share of both that they have lost at end-diastole."""

    la_radius_mm: float = 25.0
    la_length_mm: float = 50.0
    ra_radius_mm: float = 17.0
    ra_length_mm: float = 46.0
    emptying: float = 0.14

    def __post_init__(self) -> None:
        lengths = (self.la_radius_mm, self.la_length_mm, self.ra_radius_mm, self.ra_length_mm)
        if min(lengths) <= 0:
            raise InvalidGeometry("Atria need positive lengths.")
        if not 0 <= self.emptying < 0.9:
            raise InvalidGeometry("Emptying of the atria lies between 0 and 0.9.")


def random_atria(rng: np.random.Generator) -> AtriaParameters:
    """Varied by about a tenth; the right one less, so that it stays clear of the left one."""
    usual = AtriaParameters()
    return AtriaParameters(
        la_radius_mm=usual.la_radius_mm * float(np.exp(rng.normal(0, 0.05))),
        la_length_mm=usual.la_length_mm * float(np.exp(rng.normal(0, 0.12))),
        ra_radius_mm=usual.ra_radius_mm * float(np.exp(rng.normal(0, 0.05))),
        ra_length_mm=usual.ra_length_mm * float(np.exp(rng.normal(0, 0.12))),
        emptying=float(rng.uniform(0.05, 0.25)),
    )


@dataclass(frozen=True)
class CutEllipse:
    """What a plane through the axis shows: half axes ``a`` across and ``c`` along, the middle ``d``
    above the valve, leaning by ``lean`` within the plane."""

    a: float
    c: float
    d: float
    lean: float

    @property
    def area_mm2(self) -> float:
        """∫ 2a √(1 - ((y - d)/c)²) dy from 0 to c + d = a c (π/2 + asin δ + δ √(1 - δ²))."""
        share = self.d / self.c
        return self.a * self.c * (math.pi / 2 + math.asin(share) + share * math.sqrt(1 - share**2))

    def outline(self, n: int = 120) -> NDArray[np.float64]:
        """(n, 2) points: across, and up from the valve; begins and ends at the two hinges."""
        turn = math.asin(self.d / self.c)
        angle = np.linspace(-turn, math.pi + turn, n)
        up = self.d + self.c * np.sin(angle)
        return np.column_stack([self.a * np.cos(angle) + self.lean * up, up])


@dataclass(frozen=True)
class Atrium:
    """``valve_mm`` and ``radius_mm``: radius at the valve and at the widest; ``length_mm`` from the
    valve to the roof."""

    valve_mm: float
    radius_mm: float
    length_mm: float
    lean: float

    @property
    def _share(self) -> float:
        """δ = d / c, from the radius at the valve."""
        return math.sqrt(1 - (self.valve_mm / self.radius_mm) ** 2)

    @property
    def along(self) -> CutEllipse:
        """In the plane that the atrium leans in."""
        c = self.length_mm / (1 + self._share)
        return CutEllipse(self.radius_mm, c, self._share * c, self.lean)

    @property
    def across(self) -> CutEllipse:
        """In the plane through the valve's middle at right angles to that: half the width squared,
        a² - a²(y - d)²/c² - lean² y², is a parabola in y, so this is a cut ellipse too."""
        whole = self.along
        curve = (whole.a / whole.c) ** 2 + self.lean**2
        middle = (whole.a / whole.c) ** 2 * whole.d / curve
        width = math.sqrt(self.valve_mm**2 + curve * middle**2)
        return CutEllipse(width, width / math.sqrt(curve), middle, 0.0)

    @property
    def volume_ml(self) -> float:
        """π a² ∫ (1 - ((y - d)/c)²) dy = π a² (⅔ c + d - d³/(3 c²))."""
        e = self.along
        return math.pi * e.a**2 * (2 / 3 * e.c + e.d - e.d**3 / (3 * e.c**2)) / 1000


def left_atrium(heart: Heart, atria: AtriaParameters) -> Atrium:
    """On the mitral valve; leans away from the septum."""
    valve = heart.mitral_radius_mm
    return _filled(valve, atria.la_radius_mm, atria.la_length_mm, _LEFT_LEAN, heart, atria)


def right_atrium(heart: Heart, atria: AtriaParameters) -> Atrium:
    """On the tricuspid valve, which is as wide as the RV is deep; leans away from the septum."""
    valve = heart.rv_depth_mm / 2
    return _filled(valve, atria.ra_radius_mm, atria.ra_length_mm, _RIGHT_LEAN, heart, atria)


def _filled(
    valve: float, radius: float, length: float, lean: float, heart: Heart, atria: AtriaParameters
) -> Atrium:
    filling = 1 - atria.emptying * (1 - heart.contraction)
    return Atrium(valve, max(radius * filling, _WIDER * valve), length * filling, lean)

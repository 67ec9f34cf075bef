"""The heart's shape in millimetres, with its volumes in closed form (docs/science/phantom.md).

z runs along the long axis from the base (0) to the apex; angles run in the short-axis plane from
the image's right (0) towards its lower edge. The base plane stands still; the apex moves.
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cmrkit.errors import InvalidGeometry
from cmrkit.volumes import MYOCARDIUM_G_PER_ML

END_SYSTOLE = 0.35  # fraction of the cycle
RV_MIDDLE_RAD = math.pi + 0.25  # the RV lies on the image's left, a little upwards
_SHORTENING = 0.12  # of the long axis from end-diastole to end-systole


class PathologyClass(StrEnum):
    NORMAL = "normal"
    DILATED = "dilated"
    HYPERTROPHIC = "hypertrophic"
    INFARCT = "infarct"
    ABNORMAL_RV = "abnormal_rv"


@dataclass(frozen=True)
class HeartParameters:
    """End-diastolic lengths in mm; ``contraction`` is what the endocardial radius loses from
    end-diastole to end-systole, ``rv_contraction`` the same for the RV's depth, as fractions.
    ``akinesia`` (0..1) takes contraction away around ``scar_angle_rad``, ``scar_half_rad`` wide
    to each side."""

    radius_mm: float = 25.0
    length_mm: float = 88.0
    wall_mm: float = 9.0
    contraction: float = 0.34
    rv_depth_mm: float = 26.0
    rv_span_rad: float = 2.5
    rv_reach: float = 0.78  # length of the RV as a fraction of the epicardial length
    rv_contraction: float = 0.42
    akinesia: float = 0.0
    scar_angle_rad: float = 4.6
    scar_half_rad: float = 0.9
    pathology: PathologyClass = PathologyClass.NORMAL

    def __post_init__(self) -> None:
        if min(self.radius_mm, self.length_mm, self.wall_mm, self.rv_depth_mm) <= 0:
            raise InvalidGeometry("A heart needs positive lengths.")
        if not 0 < self.contraction < 0.9 or not 0 <= self.akinesia <= 1:
            raise InvalidGeometry("Contraction lies between 0 and 0.9, akinesia between 0 and 1.")


_TYPICAL: dict[PathologyClass, dict[str, float]] = {
    PathologyClass.NORMAL: {},
    PathologyClass.DILATED: {
        "radius_mm": 34.0, "length_mm": 100.0, "wall_mm": 8.0, "contraction": 0.12,
    },
    PathologyClass.HYPERTROPHIC: {"radius_mm": 22.0, "wall_mm": 16.5, "contraction": 0.42},
    PathologyClass.INFARCT: {"radius_mm": 29.0, "contraction": 0.28, "akinesia": 1.0},
    PathologyClass.ABNORMAL_RV: {"rv_depth_mm": 40.0, "rv_contraction": 0.2, "rv_reach": 0.88},
}  # fmt: skip


def random_parameters(
    rng: np.random.Generator, pathology: PathologyClass | None = None
) -> HeartParameters:
    """A heart of the class (any, when None), varied by about a tenth."""
    kind = pathology or rng.choice(list(PathologyClass))
    base = replace(
        HeartParameters(), **_TYPICAL[PathologyClass(kind)], pathology=PathologyClass(kind)
    )
    vary = {
        name: getattr(base, name) * float(np.exp(rng.normal(0, spread)))
        for name, spread in (
            ("radius_mm", 0.09), ("length_mm", 0.06), ("wall_mm", 0.12), ("contraction", 0.12),
            ("rv_depth_mm", 0.14), ("rv_span_rad", 0.05), ("rv_contraction", 0.1),
        )
    }  # fmt: skip
    vary["scar_angle_rad"] = float(rng.uniform(0, 2 * math.pi))
    return replace(base, **vary)


def contraction_at(fraction: float) -> float:
    """How far the heart has contracted, 0 (end-diastole) to 1 (end-systole), over the cycle."""
    t = fraction % 1.0
    if t <= END_SYSTOLE:
        return math.sin(math.pi / 2 * t / END_SYSTOLE) ** 2
    if t <= 0.62:
        return 0.18 + 0.82 * math.cos(math.pi / 2 * (t - END_SYSTOLE) / (0.62 - END_SYSTOLE)) ** 2
    if t <= 0.82:
        return 0.18
    return 0.18 * math.cos(math.pi / 2 * (t - 0.82) / 0.18) ** 2


@dataclass(frozen=True)
class Heart:
    """The heart at one moment; ``contraction`` as :func:`contraction_at` gives it."""

    parameters: HeartParameters
    contraction: float

    @property
    def length_mm(self) -> float:
        return self.parameters.length_mm * (1 - _SHORTENING * self.contraction)

    @property
    def _radii(self) -> tuple[float, float]:
        """(p, q): basal endocardial radius p + q·b(angle), b a cosine-squared bump on the scar."""
        loss = self.parameters.radius_mm * self.parameters.contraction * self.contraction
        return self.parameters.radius_mm - loss, loss * self.parameters.akinesia

    @property
    def _endo_base_mm2(self) -> float:
        """½∫(p + q·b)² dθ = ½(2πp² + 2pqh + ¾q²h): ∫b = h and ∫b² = ¾h for half width h."""
        (p, q), h = self._radii, self.parameters.scar_half_rad
        return 0.5 * (2 * math.pi * p * p + 2 * p * q * h + 0.75 * q * q * h)

    @property
    def lv_volume_ml(self) -> float:
        """Half ellipsoid: basal area × ⅔ length."""
        return self._endo_base_mm2 * self.length_mm * 2 / 3 / 1000

    @property
    def myocardium_ml(self) -> float:
        """The same at every moment: muscle keeps its volume."""
        diastole = Heart(self.parameters, 0.0)
        outer = self.parameters.radius_mm + self.parameters.wall_mm
        epi = math.pi * outer**2 * (self.parameters.length_mm + self.parameters.wall_mm) * 2 / 3
        return epi / 1000 - diastole.lv_volume_ml

    @property
    def mass_g(self) -> float:
        return self.myocardium_ml * MYOCARDIUM_G_PER_ML

    @property
    def epi_length_mm(self) -> float:
        return self.length_mm + self.parameters.wall_mm

    @property
    def epi_radius_mm(self) -> float:
        """Basal epicardial radius that encloses cavity and muscle."""
        total_mm3 = 1000 * (self.lv_volume_ml + self.myocardium_ml)
        return math.sqrt(total_mm3 / (2 / 3 * math.pi * self.epi_length_mm))

    @property
    def rv_depth_mm(self) -> float:
        """Largest depth of the basal crescent, from the epicardium to the free wall."""
        return self.parameters.rv_depth_mm * (1 - self.parameters.rv_contraction * self.contraction)

    @property
    def _rv_base_mm2(self) -> float:
        """Crescent of depth T·cos² on a circle of radius R over the angle φ: φ(RT/2 + 3T²/16)."""
        radius, depth = self.epi_radius_mm, self.rv_depth_mm
        return self.parameters.rv_span_rad * (radius * depth / 2 + 3 * depth**2 / 16)

    @property
    def rv_volume_ml(self) -> float:
        """∫s² dz = ℓ - ℓ³/(3L²) for s² = 1 - z²/L², times the basal area."""
        reach, length = self.parameters.rv_reach * self.epi_length_mm, self.epi_length_mm
        return self._rv_base_mm2 * (reach - reach**3 / (3 * length**2)) / 1000

    @property
    def mitral_radius_mm(self) -> float:
        """Basal endocardial radius where there is no scar."""
        return self._radii[0]

    def _endo_radius(self, angle: NDArray[np.float64]) -> NDArray[np.float64]:
        p, q = self._radii
        away = np.abs((angle - self.parameters.scar_angle_rad + np.pi) % (2 * np.pi) - np.pi)
        half = self.parameters.scar_half_rad
        bump = np.where(away < half, np.cos(np.pi / 2 * np.minimum(away / half, 1)) ** 2, 0.0)
        return np.asarray(p + q * bump, dtype=np.float64)

    def endo_radius_mm(self, angle_rad: float) -> float:
        """Basal endocardial radius in one direction."""
        return float(self._endo_radius(np.array([angle_rad]))[0])

    def endo_outline(self, z_mm: float, n: int = 72) -> NDArray[np.float64] | None:
        """(n, 2) points (x, y) in mm around the axis; None where the slice misses the cavity."""
        if not 0 <= z_mm < self.length_mm:
            return None
        angle = _angles(n)
        radius = self._endo_radius(angle) * math.sqrt(1 - (z_mm / self.length_mm) ** 2)
        area = self._endo_base_mm2 * (1 - (z_mm / self.length_mm) ** 2)
        return _to_area(_polar(angle, radius), area)

    def epi_outline(self, z_mm: float, n: int = 72) -> NDArray[np.float64] | None:
        if not 0 <= z_mm < self.epi_length_mm:
            return None
        radius = self.epi_radius_mm * math.sqrt(1 - (z_mm / self.epi_length_mm) ** 2)
        outline = _polar(_angles(n), np.full(n, radius))
        return _to_area(outline, math.pi * radius**2)

    def rv_outline(self, z_mm: float, n: int = 48) -> NDArray[np.float64] | None:
        """Crescent on the epicardium; its septal side runs along the epicardial circle."""
        if not 0 <= z_mm < self.parameters.rv_reach * self.epi_length_mm:
            return None
        s = math.sqrt(1 - (z_mm / self.epi_length_mm) ** 2)
        inner, depth = self.epi_radius_mm * s, self.rv_depth_mm * s
        span = self.parameters.rv_span_rad
        angle = np.linspace(-span / 2, span / 2, n)
        outer = inner + depth * np.cos(np.pi * angle / span) ** 2
        angle = angle + RV_MIDDLE_RAD
        outline = np.vstack([_polar(angle, outer), _polar(angle[::-1], np.full(n, inner))])
        area = (
            s**2 * span * (self.epi_radius_mm * self.rv_depth_mm / 2 + 3 * self.rv_depth_mm**2 / 16)
        )
        return _to_area(outline, area)


def _angles(n: int) -> NDArray[np.float64]:
    return np.linspace(0, 2 * np.pi, n, endpoint=False)


def _polar(angle: NDArray[np.float64], radius: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _to_area(outline: NDArray[np.float64], area_mm2: float) -> NDArray[np.float64]:
    """Scale about the middle so that the polygon encloses exactly the closed-form area."""
    x, y = outline.T
    now = abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2))
    middle = outline.mean(axis=0)
    return np.asarray(middle + (outline - middle) * math.sqrt(area_mm2 / now))

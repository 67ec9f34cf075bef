"""Planes that contain the phantom's long axis: outlines, areas, lengths and landmarks.

A point of such a plane is (t, h) in mm: t across, positive on the right of the picture, and h from
the base plane towards the apex (the atria lie at negative h).
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cmrkit.phantom.atria import AtriaParameters, Atrium, CutEllipse, left_atrium, right_atrium
from cmrkit.phantom.heart import RV_MIDDLE_RAD, Heart

Outline = NDArray[np.float64]


class LongAxisView(StrEnum):
    """The four-chamber plane cuts the middle of the RV, with the RV on the left of the picture;
    the two-chamber plane stands at right angles to it, with the front on the right."""

    TWO_CHAMBER = "2CH"
    FOUR_CHAMBER = "4CH"

    @property
    def angle_rad(self) -> float:
        """Direction of positive t in the short-axis plane."""
        return RV_MIDDLE_RAD + (math.pi if self is LongAxisView.FOUR_CHAMBER else math.pi / 2)


@dataclass(frozen=True)
class LongAxisHeart:
    """The heart at one moment, cut by one plane."""

    heart: Heart
    atria: AtriaParameters
    view: LongAxisView

    @property
    def _four(self) -> bool:
        return self.view is LongAxisView.FOUR_CHAMBER

    @property
    def endo_radii_mm(self) -> tuple[float, float]:
        """Basal endocardial radius on the left and on the right of the picture."""
        angle = self.view.angle_rad
        return (self.heart.endo_radius_mm(angle + math.pi), self.heart.endo_radius_mm(angle))

    @property
    def left_atrium(self) -> Atrium:
        return left_atrium(self.heart, self.atria)

    @property
    def right_atrium(self) -> Atrium:
        return right_atrium(self.heart, self.atria)

    @property
    def _la_cut(self) -> CutEllipse:
        return self.left_atrium.along if self._four else self.left_atrium.across

    @property
    def _rv_reach_mm(self) -> float:
        return self.heart.parameters.rv_reach * self.heart.epi_length_mm

    def areas_mm2(self) -> dict[str, float]:
        """Closed form, by structure code."""
        left, right = self.endo_radii_mm
        epi = math.pi / 2 * self.heart.epi_radius_mm * self.heart.epi_length_mm
        found = {
            "lv_endo": math.pi / 4 * self.heart.length_mm * (left + right),
            "lv_epi": epi,
            "la": self._la_cut.area_mm2,
        }
        if self._four:
            # T ∫√(1 - h²/L²) dh from 0 to ℓ
            reach, length = self._rv_reach_mm, self.heart.epi_length_mm
            part = reach * math.sqrt(1 - (reach / length) ** 2)
            part += length * math.asin(reach / length)
            found["rv_endo"] = self.heart.rv_depth_mm * part / 2
            found["ra"] = self.right_atrium.along.area_mm2
        return found

    def outlines(self) -> dict[str, Outline]:
        """(n, 2) points (t, h) by structure code; closed along the valve."""
        left, right = self.endo_radii_mm
        heart = self.heart
        la = self._la_cut.outline()
        found = {
            "lv_endo": _half_ellipse(left, right, heart.length_mm),
            "lv_epi": _half_ellipse(heart.epi_radius_mm, heart.epi_radius_mm, heart.epi_length_mm),
            "la": la * (1, -1),
        }
        if self._four:
            found["rv_endo"] = self._rv_outline()
            middle = heart.epi_radius_mm + heart.rv_depth_mm / 2
            found["ra"] = self.right_atrium.along.outline() * (-1, -1) - (middle, 0)
        return found

    def _rv_outline(self, n: int = 80) -> Outline:
        h = np.linspace(0, self._rv_reach_mm, n)
        s = np.sqrt(1 - (h / self.heart.epi_length_mm) ** 2)
        septum = np.column_stack([-self.heart.epi_radius_mm * s, h])
        free = np.column_stack([-(self.heart.epi_radius_mm + self.heart.rv_depth_mm) * s, h])
        return np.vstack([septum, free[::-1]])

    def landmarks(self) -> dict[str, tuple[float, float]]:
        """(t, h) by name. The mitral hinges lie where the atrium's border meets the base plane."""
        mitral = self.heart.mitral_radius_mm
        apex = {"lv_apex": (0.0, self.heart.length_mm)}
        if not self._four:
            return {"mitral_inferior": (-mitral, 0.0), "mitral_anterior": (mitral, 0.0)} | apex
        septum = self.heart.epi_radius_mm
        return apex | {
            "mitral_septal": (-mitral, 0.0),
            "mitral_lateral": (mitral, 0.0),
            "tricuspid_septal": (-septum, 0.0),
            "tricuspid_lateral": (-septum - self.heart.rv_depth_mm, 0.0),
        }

    def to_heart(self, points: Outline) -> NDArray[np.float64]:
        """(n, 3) points (x, y, z) of the heart (see heart.py) for (n, 2) points (t, h)."""
        points = np.asarray(points, dtype=np.float64)
        angle = self.view.angle_rad
        t, h = points[:, 0], points[:, 1]
        return np.column_stack([t * math.cos(angle), t * math.sin(angle), h])


def _half_ellipse(left: float, right: float, length: float, n: int = 120) -> Outline:
    angle = np.linspace(0, math.pi, n)
    across = np.cos(angle)
    return np.column_stack([np.where(across > 0, right, left) * across, length * np.sin(angle)])

"""RV insertion points: closed form from the phantom, masks as a second way, input that must fail."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import Insertions, rasterise, rv_insertions
from cmrkit.geometry.insertion import TOUCH_MM
from cmrkit.phantom import PathologyClass, random_parameters
from cmrkit.phantom.heart import Heart

RV_MIDDLE = math.pi + 0.25  # docs/science/phantom.md: a little above the image's left
SPACING = (1.5, 1.25)  # between rows, between columns
CENTRE_MM = (90.0, 80.0)
# as scanners write a short axis seen from the apex: the front wall of the heart is up
ROW, COLUMN = (0.6, 0.8, 0.0), (0.0, 0.0, -1.0)


def shapes(heart: Heart, z_mm: float = 20.0) -> dict[str, Any]:
    """The heart's true contours on pixels that aren't square."""
    outlines = {
        "lv_endo": heart.endo_outline(z_mm),
        "lv_epi": heart.epi_outline(z_mm),
        "rv_endo": heart.rv_outline(z_mm),
    }
    return {
        code: [tuple(map(tuple, (outline + CENTRE_MM) / SPACING[::-1]))]
        for code, outline in outlines.items()
        if outline is not None
    }


def truth_mm(heart: Heart, z_mm: float = 20.0) -> dict[str, tuple[float, float]]:
    """The ends of the RV's span on the epicardium: its middle ± φ/2. Up is anterior here."""
    radius = heart.epi_radius_mm * math.sqrt(1 - (z_mm / heart.epi_length_mm) ** 2)
    half = heart.parameters.rv_span_rad / 2
    ends = [
        (CENTRE_MM[0] + radius * math.cos(a), CENTRE_MM[1] + radius * math.sin(a))
        for a in (RV_MIDDLE - half, RV_MIDDLE + half)
    ]
    ends.sort(key=lambda point: point[1])
    return {"anterior": ends[0], "inferior": ends[1]}


def away_mm(point: tuple[float, float], mm: tuple[float, float]) -> float:
    return math.hypot(point[0] * SPACING[1] - mm[0], point[1] * SPACING[0] - mm[1])


def found_in(structures: dict[str, Any], **given: Any) -> Insertions:
    return rv_insertions(structures, SPACING, ROW, COLUMN, **given)


@pytest.mark.parametrize("contraction", [0.0, 1.0])
@pytest.mark.parametrize("pathology", list(PathologyClass))
def test_the_ends_of_the_phantoms_rv_in_closed_form(
    pathology: PathologyClass, contraction: float
) -> None:
    heart = Heart(random_parameters(np.random.default_rng(3), pathology), contraction)
    found = found_in(shapes(heart))
    for name, mm in truth_mm(heart).items():
        assert away_mm(getattr(found, name), mm) < 0.5, name
    if not heart.parameters.akinesia:  # a scar moves the cavity's centre off the axis
        assert away_mm(found.lv_centre, CENTRE_MM) < 0.05
        assert found.septum_deg == pytest.approx(math.degrees(heart.parameters.rv_span_rad), abs=1)


def by_masks(structures: dict[str, Any], fine: int = 8) -> dict[str, tuple[float, float]]:
    """Another way: pixels of the RV that a distance map finds close to the epicardium's mask."""
    shape = (140 * fine, 150 * fine)
    masks = {
        code: rasterise([[(x * fine, y * fine) for x, y in part] for part in parts], shape)
        for code, parts in structures.items()
    }
    mm = (SPACING[0] / fine, SPACING[1] / fine)
    near = ndimage.distance_transform_edt(~masks["lv_epi"], sampling=mm) <= TOUCH_MM
    row0, column0 = ndimage.center_of_mass(masks["lv_endo"])
    rows, columns = np.nonzero(masks["rv_endo"] & near)
    septum = np.arctan2((rows - row0) * mm[0], (columns - column0) * mm[1]) % (2 * np.pi)
    rim = masks["lv_epi"] & ~ndimage.binary_erosion(masks["lv_epi"])
    rows, columns = np.nonzero(rim)
    round_lv = np.arctan2((rows - row0) * mm[0], (columns - column0) * mm[1]) % (2 * np.pi)
    ends = []
    for angle in (septum.min(), septum.max()):
        at = int(np.abs(round_lv - angle).argmin())
        ends.append((columns[at] / fine, rows[at] / fine))
    ends.sort(key=lambda point: point[1])
    return {"anterior": ends[0], "inferior": ends[1]}


@pytest.mark.parametrize("seed", range(4))
def test_masks_say_the_same(seed: int) -> None:
    heart = Heart(random_parameters(np.random.default_rng(seed)), 0.3)
    structures = shapes(heart)
    found, other = found_in(structures), by_masks(structures)
    for name, (column, row) in other.items():
        mm = (column * SPACING[1], row * SPACING[0])
        # a mask loses the last of the RV, where it is thinner than a pixel
        assert away_mm(getattr(found, name), mm) < 2.0, name


def test_front_and_back_follow_the_patient_not_the_picture() -> None:
    structures = shapes(Heart(random_parameters(np.random.default_rng(1)), 0.0))
    seen = found_in(structures)
    upside_down = rv_insertions(structures, SPACING, ROW, (0.0, 0.0, 1.0))
    assert (upside_down.anterior, upside_down.inferior) == (seen.inferior, seen.anterior)


def test_the_lv_centre_without_an_endocardium() -> None:
    structures = shapes(Heart(random_parameters(np.random.default_rng(2)), 0.0))
    del structures["lv_endo"]
    assert away_mm(found_in(structures).lv_centre, CENTRE_MM) < 0.05


def moved(parts: Any, columns: float) -> list[tuple[tuple[float, float], ...]]:
    return [tuple((x + columns, y) for x, y in part) for part in parts]


def test_what_has_no_insertion_points_is_refused() -> None:
    structures = shapes(Heart(random_parameters(np.random.default_rng(2)), 0.0))
    for missing in ("rv_endo", "lv_epi"):
        with pytest.raises(InvalidGeometry, match="need contours"):
            found_in({code: parts for code, parts in structures.items() if code != missing})
    apart = {**structures, "rv_endo": moved(structures["rv_endo"], -30)}
    with pytest.raises(InvalidGeometry, match="doesn't touch"):
        found_in(apart)
    x, y = structures["lv_epi"][0][0]
    corner = ((x - 1, y - 1), (x + 5, y), (x, y + 1))
    with pytest.raises(InvalidGeometry, match="along a septum"):
        found_in({**structures, "rv_endo": [corner]})
    with pytest.raises(InvalidGeometry, match="all round"):
        found_in({**structures, "rv_endo": structures["lv_epi"]})
    with pytest.raises(InvalidGeometry, match="not finite"):
        found_in({**structures, "rv_endo": [((math.nan, 1.0), (2.0, 2.0), (3.0, 1.0))]})
    with pytest.raises(InvalidGeometry, match="anterior one"):
        rv_insertions(structures, SPACING, (1.0, 0.0, 0.0), (0.0, 0.70710678, 0.70710678))
    with pytest.raises(InvalidGeometry, match="spacing"):
        rv_insertions(structures, (1.5, 0.0), ROW, COLUMN)

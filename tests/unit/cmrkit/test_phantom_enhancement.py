"""Late enhancement of the phantom: an infarct of known volume, and files that assemble again."""

from pathlib import Path

import numpy as np
import pytest

from cmrkit.contracts.kinds import SequenceKind
from cmrkit.dicomio import assemble_stacks, load_pixels, read_header
from cmrkit.errors import InvalidGeometry
from cmrkit.phantom import (
    Heart,
    HeartParameters,
    Infarct,
    InfarctedHeart,
    enhancement_slice,
    simulate_cine,
    simulate_enhancement,
    write_cine_dicom,
    write_enhancement_dicom,
)
from cmrkit.phantom.enhancement import CAVITY, MYOCARDIUM, NO_REFLOW, SCAR, tissues_of
from cmrkit.phantom.picture import Scene

FINE = Scene(seed=1, matrix=(200, 200), spacing_mm=0.7, centre_mm=(70.0, 70.0))
SMALL = Scene(seed=1, matrix=(128, 128), spacing_mm=2.0)
CASES = [
    Infarct(),
    Infarct(transmurality=1.0, half_rad=1.3, no_reflow=0.6, from_mm=9.0, to_mm=81.0),
    Infarct(transmurality=0.25, half_rad=0.3, from_mm=18.0, to_mm=36.0),
    Infarct(half_rad=np.pi, from_mm=0.0, to_mm=88.0, transmurality=0.4),
]


@pytest.mark.parametrize("infarct", CASES)
def test_counted_volumes_are_those_of_closed_form(infarct: Infarct) -> None:
    """On thin slices, whose steps don't cut the infarct's ends by much."""
    heart = Heart(HeartParameters(), 0.0)
    struck = InfarctedHeart(heart, infarct)
    still = np.zeros(2)
    counts = np.zeros(5)
    for z_mm in np.arange(0.5, 99):
        drawn = tissues_of(FINE, heart, struck, float(z_mm), still)
        counts += np.bincount(drawn.ravel(), minlength=5)
    ml = counts * 0.7**2 / 1000
    assert ml[SCAR] == pytest.approx(struck.scar_ml, rel=0.02)
    assert ml[NO_REFLOW] == pytest.approx(struck.no_reflow_ml, rel=0.02, abs=1e-9)
    assert ml[CAVITY] == pytest.approx(heart.lv_volume_ml, rel=0.01)
    assert ml[MYOCARDIUM:].sum() == pytest.approx(heart.myocardium_ml, rel=0.01)


def test_points_thrown_into_the_wall_agree_without_any_outline() -> None:
    """A second way to the volume: points in a box, asked for height, angle and depth."""
    infarct = Infarct(half_rad=0.8, transmurality=0.6, from_mm=20, to_mm=60, no_reflow=0.5)
    struck = InfarctedHeart(Heart(HeartParameters(), 0.0), infarct)
    heart = struck.heart
    rng = np.random.default_rng(0)
    x, y, z = (rng.uniform(a, b, 2_000_000) for a, b in ((-40, 40), (-40, 40), (0, 100)))
    square = x**2 + y**2
    endo = 25.0**2 * np.maximum(1 - (z / heart.length_mm) ** 2, 0)
    epi = heart.epi_radius_mm**2 * np.maximum(1 - (z / heart.epi_length_mm) ** 2, 0)
    depth = (square - endo) / np.maximum(epi - endo, 1e-9) / infarct.transmurality
    away = np.abs(np.angle(np.exp(1j * (np.arctan2(y, x) - infarct.angle_rad))))
    inside = (z >= 20) & (z < 60) & (away < 0.8) & (depth >= 0) & (depth < 1)
    core = inside & (away < 0.4) & (np.abs(z - 40) < 10) & (depth >= 0.2) & (depth < 0.7)
    box_ml = 80 * 80 * 100 / 1000
    assert inside.mean() * box_ml == pytest.approx(struck.infarct_ml, rel=0.02)
    assert core.mean() * box_ml == pytest.approx(struck.no_reflow_ml, rel=0.05)


def test_the_whole_wall_is_the_wall() -> None:
    heart = Heart(HeartParameters(), 0.0)
    whole = Infarct(half_rad=np.pi, transmurality=1.0, from_mm=0.0, to_mm=heart.length_mm)
    beyond = heart.myocardium_ml - InfarctedHeart(heart, whole).infarct_ml
    # what is left is the cap below the cavity
    cap = (
        np.pi
        * heart.epi_radius_mm**2
        * (
            2 / 3 * heart.epi_length_mm
            - (heart.length_mm - heart.length_mm**3 / (3 * heart.epi_length_mm**2))
        )
    )
    assert beyond == pytest.approx(cap / 1000, rel=1e-9)


@pytest.mark.parametrize(
    "wrong",
    [
        {"transmurality": 1.2},
        {"transmurality": 0.0},
        {"no_reflow": 1.0},
        {"half_rad": 4.0},
        {"from_mm": 50.0, "to_mm": 40.0},
    ],
)
def test_an_impossible_infarct_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidGeometry):
        Infarct(**wrong)


def test_an_infarct_below_the_apex_or_at_systole_is_refused() -> None:
    with pytest.raises(InvalidGeometry, match="only 88 mm"):
        InfarctedHeart(Heart(HeartParameters(), 0.0), Infarct(to_mm=90.0))
    with pytest.raises(InvalidGeometry, match="end-diastole"):
        InfarctedHeart(Heart(HeartParameters(), 0.5), Infarct())


def test_scar_is_bright_muscle_nulled_and_no_reflow_dark() -> None:
    infarct = Infarct(transmurality=1.0, half_rad=1.0, no_reflow=0.7)
    phantom = simulate_enhancement(
        HeartParameters(wall_mm=14.0), infarct, n_slices=8, breathing_mm=0, scene=FINE
    )
    flat = phantom.pixels[:, 0]
    mean = {code: float(np.median(flat[phantom.tissues == code])) for code in (1, 2, 3, 4)}
    assert mean[SCAR] > mean[CAVITY] > 2 * mean[MYOCARDIUM]
    assert mean[NO_REFLOW] < 0.4 * mean[SCAR]
    healthy = simulate_enhancement(HeartParameters(), None, n_slices=4, scene=SMALL)
    assert healthy.infarct_share == 0
    assert not (healthy.tissues >= SCAR).any()


def test_files_assemble_to_late_enhancement_beside_the_cine(tmp_path: Path) -> None:
    phantom = simulate_enhancement(HeartParameters(), Infarct(), n_slices=6, seed=4, scene=SMALL)
    cine = simulate_cine(HeartParameters(), n_slices=6, n_phases=8, seed=4, scene=SMALL)
    files = write_enhancement_dicom(phantom, tmp_path / "lge")
    headers = [read_header(path) for path in files + write_cine_dicom(cine, tmp_path / "cine")]
    stacks = {stack.meta.sequence_kind: stack.meta for stack in assemble_stacks(headers)}
    assert set(stacks) == {SequenceKind.LGE, SequenceKind.CINE}
    found = stacks["lge"]
    assert (found.n_slices, found.n_phases, found.view) == (6, 1, "SAX")
    assert found.slice_positions_mm == stacks["cine"].slice_positions_mm
    by_uid = {h.sop_instance_uid: p.read_bytes() for h, p in zip(headers, files, strict=False)}
    pixels = load_pixels(found, by_uid.__getitem__)
    assert np.abs(pixels - phantom.pixels).max() <= 0.5


def test_slices_to_learn_from_are_those_of_their_seed() -> None:
    seen = [enhancement_slice(np.random.default_rng([3, k]), size=96) for k in range(24)]
    again = [enhancement_slice(np.random.default_rng([3, k]), size=96) for k in range(24)]
    for (image, label), (image2, label2) in zip(seen, again, strict=True):
        assert np.array_equal(image, image2)
        assert np.array_equal(label, label2)
    assert {int(c) for _, label in seen for c in np.unique(label)} == {0, 1, 2, 3, 4}

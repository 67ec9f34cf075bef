"""The phantom's own contours break no rule; each rule catches what it is for."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pytest

from cmrkit.phantom import CinePhantom, HeartParameters, PathologyClass, simulate_cine
from cmrkit.phantom.heart import random_parameters
from cmrkit.phantom.picture import Scene
from cmrkit.quality import (
    Grade,
    Millimetres,
    draft_findings,
    grade_images,
    heart_findings,
    topic_of,
    traits_of,
)
from cmrkit.writers import label_volume

MM = Millimetres(2.5, 2.5, 9.0)
LV, WALL, RV = 3, 2, 1


@lru_cache(maxsize=8)
def heart(seed: int = 5, kind: PathologyClass | None = None) -> tuple[CinePhantom, np.ndarray]:
    """A phantom's pixels and true labels (slice, phase, row, column)."""
    scene = Scene(seed=seed, matrix=(96, 112), spacing_mm=2.5, centre_mm=(145.0, 122.0))
    parameters = random_parameters(np.random.default_rng(seed), kind) if kind else HeartParameters()
    phantom = simulate_cine(
        parameters, n_slices=11, n_phases=12, seed=seed, scene=scene, breathing_mm=1.0
    )
    volumes = [label_volume(phantom.meta, phantom.labels, p) for p in range(12)]
    return phantom, np.stack(volumes, axis=1)


def codes(labels: np.ndarray, mm: Millimetres = MM, present: np.ndarray | None = None) -> set[str]:
    there = np.ones(labels.shape[:2], bool) if present is None else present
    return {f.code for f in draft_findings(labels, there, mm)}


@pytest.mark.parametrize("kind", PathologyClass)
def test_true_contours_break_no_rule(kind: PathologyClass | None) -> None:
    _, labels = heart(5, kind)
    assert codes(labels) == set()


def _no_lv(a: np.ndarray) -> None:
    a[:] = 0


def _no_rv(a: np.ndarray) -> None:
    a[a == RV] = 0


def _rv_at_the_base_only(a: np.ndarray) -> None:
    a[2:][a[2:] == RV] = 0


def _skipped(a: np.ndarray) -> None:
    a[4, :] = 0


def _open(a: np.ndarray) -> None:
    row, column = np.argwhere(a[4, 0] == LV).mean(axis=0).astype(int)
    plane = a[4, 0, row - 9 : row + 9, column:]
    plane[plane == WALL] = 0


def _two_parts(a: np.ndarray) -> None:
    row = int(np.argwhere(a[4, 0] == LV)[:, 0].mean())
    a[4, 0, row - 2 : row + 3, :][a[4, 0, row - 2 : row + 3, :] == LV] = WALL


def _jump(a: np.ndarray) -> None:
    small = a[9].copy()
    a[4] = small


def _flicker(a: np.ndarray) -> None:
    a[:, 8] = a[:, 4]


def _systole_too_late(a: np.ndarray) -> None:
    order = [0, 8, 8, 9, 9, 10, 10, 9, 9, 8, 2, 4]
    a[:] = a[:, order].copy()


def _still(a: np.ndarray) -> None:
    a[:] = a[:, :1].copy()


def _empties(a: np.ndarray) -> None:
    late = a[:, 4]
    late[(late == LV) & (np.indices(late.shape)[1] % 12 > 0)] = WALL


def _mass(a: np.ndarray) -> None:
    late = a[:, 4]
    late[(late == WALL) & (np.indices(late.shape)[1] % 2 > 0)] = 0


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_no_lv, "no_left_ventricle"),
        (_no_rv, "no_right_ventricle"),
        (_rv_at_the_base_only, "rv_not_beside_lv"),
        (_skipped, "slice_skipped"),
        (_open, "wall_open"),
        (_two_parts, "several_parts"),
        (_jump, "area_jump"),
        (_flicker, "volume_flicker"),
        (_systole_too_late, "systole_at_odd_time"),
        (_still, "hardly_contracts"),
        (_empties, "volume_jump"),
        (_mass, "mass_changes"),
    ],
)
def test_each_rule_catches_what_it_is_for(spoil: Callable[[np.ndarray], None], code: str) -> None:
    labels = heart()[1].copy()
    spoil(labels)
    assert code in codes(labels)
    assert topic_of(code) not in ("other", "scope")


def test_sizes_are_judged_where_the_spacing_is_known() -> None:
    _, labels = heart()
    assert {"volume_implausible", "mass_implausible"} <= codes(labels, Millimetres(7.0, 7.0, 9.0))
    assert codes(labels, Millimetres(7.0, 7.0, 9.0, assumed=True)) == {"spacing_assumed"}
    assert codes(labels, Millimetres(7.0, 7.0, None)) == set()


def test_missing_frames_are_named() -> None:
    labels = heart()[1].copy()
    present = np.ones(labels.shape[:2], bool)
    labels[3, 2] = 0
    present[3, 2] = False
    assert codes(labels, present=present) == {"frames_missing"}


# ---- the images


def grade(pixels: np.ndarray, labels: np.ndarray) -> tuple[Grade, set[str]]:
    found = grade_images(pixels, labels, np.any(pixels, axis=(2, 3)), MM)
    assert found is not None
    return found.grade, {f.code for f in found.findings}


@pytest.mark.parametrize("kind", PathologyClass)
def test_a_clean_phantom_is_good(kind: PathologyClass | None) -> None:
    phantom, labels = heart(5, kind)
    assert grade(phantom.pixels, labels) == (Grade.GOOD, set())


def test_a_stack_without_its_apex_or_its_base() -> None:
    phantom, labels = heart()
    assert "apex_missing" in grade(phantom.pixels[:7], labels[:7])[1]
    assert grade(phantom.pixels[5:], labels[5:]) == (Grade.USABLE, {"base_missing"})


@pytest.mark.parametrize(("mm", "expected"), [(10.0, Grade.USABLE), (15.0, Grade.POOR)])
def test_a_shifted_slice(mm: float, expected: Grade) -> None:
    phantom, labels = heart()
    pixels, moved = phantom.pixels.copy(), labels.copy()
    for array in (pixels, moved):
        array[5] = np.roll(array[5], round(mm / 2.5), axis=2)
    got, reasons = grade(pixels, moved)
    assert reasons == {"slice_shift"}
    assert got is expected


def test_phases_out_of_order() -> None:
    phantom, labels = heart()
    pixels, order = phantom.pixels.copy(), np.random.default_rng(3).permutation(12)
    pixels[5] = pixels[5][order]
    assert grade(pixels, labels)[1] == {"phases_out_of_order"}


def test_noise_makes_images_usable_and_then_poor() -> None:
    phantom, labels = heart()
    rng = np.random.default_rng(4)
    frames = phantom.pixels[:, 0]
    contrast = np.median(frames[labels[:, 0] == LV]) - np.median(frames[labels[:, 0] == WALL])
    for ratio, expected in ((8, Grade.USABLE), (3, Grade.POOR)):
        level = contrast / ratio
        shape = phantom.pixels.shape
        noisy = np.hypot(phantom.pixels + rng.normal(0, level, shape), rng.normal(0, level, shape))
        got, reasons = grade(noisy, labels)
        assert "low_contrast" in reasons
        assert got is expected


def test_nothing_is_said_of_images_without_a_ventricle() -> None:
    phantom, labels = heart()
    there = np.ones(labels.shape[:2], bool)
    assert grade_images(phantom.pixels, np.zeros_like(labels), there, MM) is None


def test_brightness_is_the_same_with_an_offset() -> None:
    """Standardised and scaled values reach below 0: a ratio of their means says nothing."""
    phantom, labels = heart()
    raw = phantom.pixels.astype(np.float64)
    raw -= raw.min()
    there = np.ones(labels.shape[:2], bool)
    ratios = []
    for pixels in (
        raw,
        raw - 0.6 * raw.max(),
        (raw - raw.mean()) / raw.std(),
        2 * raw / raw.max() - 1,
    ):
        found = traits_of(pixels, labels, there)
        assert found is not None
        assert "brightness_changes" not in {f.code for f in heart_findings(found, len(labels))}
        ratios.append(found.brightening)
    assert ratios == pytest.approx([ratios[0]] * 4)


def test_the_traits_of_a_heart_and_of_a_still_picture() -> None:
    phantom, labels = heart()
    there = np.ones(labels.shape[:2], bool)
    found = traits_of(phantom.pixels, labels, there)
    assert found is not None
    assert found.rings > 0.85
    assert found.contrast > 0.9
    assert (found.motion or 0) > 0.3
    still = np.repeat(phantom.pixels[:, :1], 12, axis=1)
    still += np.random.default_rng(0).normal(0, 15, still.shape).astype(np.float32)
    frozen = traits_of(still, np.repeat(labels[:, :1], 12, axis=1), there)
    assert frozen is not None
    assert (frozen.motion or 0) < 0.12

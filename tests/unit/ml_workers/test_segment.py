"""Drafts: a frame that is missing takes nothing else with it, what labels hold has a contour."""

from dataclasses import replace

import numpy as np
import pytest

from cmrkit.contracts import FrameRef
from cmrkit.phantom import CinePhantom
from cmrkit.volumes import lv_rv_function
from ml_workers.inference import Spacing, segment_stack
from ml_workers.inference.contours import contours_of_frame
from ml_workers.learning.drafts import draft_of
from ml_workers.registry import open_model
from ml_workers.weights import Model
from tests.factories.imaging import small_phantom

HOLE = (3, 3)  # slice and phase: the last, near ED, which half a heart would make ES


@pytest.fixture(scope="module")
def model() -> Model:
    return open_model("cine-sax-free")


@pytest.fixture(scope="module")
def phantom() -> CinePhantom:
    return small_phantom(1, n_slices=7, n_phases=4)


def with_a_hole(pixels: np.ndarray) -> np.ndarray:
    out = pixels.copy()
    out[HOLE] = 0
    return out


def test_a_missing_frame_takes_no_other_slice_with_it(model: Model, phantom: CinePhantom) -> None:
    spacing = Spacing(*phantom.meta.pixel_spacing_mm)
    whole = segment_stack(model, phantom.pixels, spacing)
    holed = segment_stack(model, with_a_hole(phantom.pixels), spacing)
    assert whole.labels[HOLE].any()
    expected = whole.labels.copy()
    expected[HOLE] = 0
    assert np.array_equal(holed.labels, expected)
    frames: list[list[FrameRef | None]] = [list(row) for row in phantom.meta.frames]
    frames[HOLE[0]][HOLE[1]] = None
    meta = replace(phantom.meta, frames=tuple(tuple(row) for row in frames))
    found = lv_rv_function(meta, holed.contours)
    full = lv_rv_function(phantom.meta, whole.contours)
    assert (found.ed_phase, found.es_phase) == (full.ed_phase, full.es_phase)
    assert (found.esv_ml, found.ef_percent) == (full.esv_ml, full.ef_percent)


@pytest.mark.parametrize("sure", [0.98, 0.27])
@pytest.mark.parametrize("n_px", [1, 2, 5])
def test_what_the_labels_hold_has_a_contour(n_px: int, sure: float) -> None:
    """A cavity near the apex or a small scar, of a few pixels, be it hardly likelier than muscle;
    whole pixels are enclosed again."""
    code, wall = 3, 2
    labels = np.zeros((40, 40), np.uint8)
    labels[10:30, 10:30] = wall
    rows, columns = ([20, 19, 20, 21, 20][:n_px], [20, 20, 19, 20, 21][:n_px])
    labels[rows, columns] = code
    shares = np.where(labels == np.arange(4)[:, None, None], 0.97, 0.01).astype(np.float32)
    shares[:, rows, columns] = (1 - sure) / 3
    shares[code, rows, columns] = sure
    found = contours_of_frame(shares, labels, (7, 5))
    assert set(found) == {"lv_endo", "lv_epi"}
    (part,) = found["lv_endo"]
    middle = np.mean(part, axis=0)
    assert middle == pytest.approx((5 + np.mean(columns), 7 + np.mean(rows)), abs=0.2)


def test_nor_does_it_in_a_draft_without_contours(model: Model, phantom: CinePhantom) -> None:
    expected = draft_of(model, phantom.pixels)
    assert expected[HOLE].any()
    expected[HOLE] = 0
    assert np.array_equal(draft_of(model, with_a_hole(phantom.pixels)), expected)

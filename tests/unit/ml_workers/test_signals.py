"""What a draft says of a case that nobody labelled: doubt by hand, and where its images lie."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from ml_workers.inference import Spacing, segment_stack
from ml_workers.inference.expected import Look
from ml_workers.inference.run import Run
from ml_workers.inference.signals import doubt_of, signals_of
from ml_workers.learning.signals import embedding_of
from ml_workers.registry import open_model
from tests.factories.imaging import small_phantom

LV = 3


@pytest.fixture(scope="module")
def phantom() -> Any:
    return small_phantom()


def disc(radius: float) -> np.ndarray:
    yy, xx = np.mgrid[:48, :48] - 23.5
    return np.hypot(yy, xx) < radius


def test_doubt_by_hand() -> None:
    """Two opinions of an LV: apart by 1 - their Dice, and open where they differ."""
    opinions = np.zeros((2, 1, 4, 48, 48), dtype=np.float32)
    for k, radius in enumerate((12, 9)):
        opinions[k, :, LV], opinions[k, :, 0] = disc(radius), ~disc(radius)
    big, small = int(disc(12).sum()), int(disc(9).sum())
    draft = np.where(disc(12), LV, 0).astype(np.uint8)[None]
    found = doubt_of(opinions, draft)
    assert found.disagreement == pytest.approx(1 - 2 * small / (big + small))
    # a ring of even chances between two of four classes: half of the most that entropy can be
    assert found.entropy == pytest.approx((big - small) * 0.5 / big, abs=1e-3)
    assert doubt_of(opinions[[0, 0]], draft).disagreement == 0


def test_a_stack_has_signals_and_the_loop_places_it_at_the_same_spot(phantom: Any) -> None:
    model = open_model("cine-sax-free")
    spacing = Spacing(*phantom.meta.pixel_spacing_mm)
    two = phantom.pixels[:, [0, phantom.es_phase]]
    found = segment_stack(model, two, spacing).signals
    assert found is not None
    assert 0 < found.disagreement < 1
    assert found.entropy > 0
    assert found.embedding is not None
    run = Run.over(model, two, np.any(two, axis=(2, 3)), spacing, torch.device("cpu"))
    assert found.embedding == pytest.approx(embedding_of(run, two), abs=1e-5)


def test_without_a_ventricle_nothing_is_said() -> None:
    model = open_model("cine-sax-undertrained")
    pixels = np.zeros((2, 2, 64, 64), dtype=np.int16)
    assert segment_stack(model, pixels, Spacing(1.4, 1.4)).signals is None


def test_a_network_from_elsewhere_has_no_place(phantom: Any) -> None:
    model = open_model("cine-sax-undertrained")
    spacing = Spacing(*phantom.meta.pixel_spacing_mm)
    present = np.any(phantom.pixels, axis=(2, 3))
    run = Run.over(model, phantom.pixels, present, spacing, torch.device("cpu"))
    opinions = np.full((2, 1, 4, 8, 8), 0.25, dtype=np.float32)
    seen = {"ed": Look(0, opinions, np.full((1, 8, 8), LV, np.uint8))}
    own = signals_of(run, phantom.pixels, present, seen)
    assert own is not None
    assert own.embedding is not None
    elsewhere = replace(run, model=replace(model, network=torch.nn.Sequential(model.network)))
    other = signals_of(elsewhere, phantom.pixels, present, seen)
    assert other is not None
    assert (other.entropy, other.embedding) == (own.entropy, None)

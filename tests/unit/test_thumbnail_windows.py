"""Grey values of thumbnails: zero velocity in the middle, maps without their empty background."""

from dataclasses import replace

import numpy as np
import pytest

from portal.imaging.services.thumbnails import window
from tests.factories.reading import stack_meta

META = stack_meta([["1.2.3"]])


@pytest.mark.parametrize(("low", "high", "zero"), [(-4096, 4094, 0.0), (0, 4095, 2048.0)])
def test_zero_velocity_is_mid_grey(low: float, high: float, zero: float) -> None:
    pixels = np.linspace(low, high, 4096, dtype=np.float32).reshape(64, 64)
    black, white = window(pixels, replace(META, component="velocity"))
    assert (black + white) / 2 == pytest.approx(zero, abs=1)
    assert black < zero < white


def test_a_map_is_windowed_by_what_is_not_background() -> None:
    pixels = np.zeros((64, 64), dtype=np.float32)
    pixels[20:40, 20:40] = np.linspace(900, 1300, 400).reshape(20, 20)
    black, white = window(pixels, replace(META, component="map"))
    assert 900 < black < 920
    assert 1280 < white < 1300


def test_an_even_picture_has_a_window() -> None:
    black, white = window(np.zeros((8, 8), dtype=np.float32), replace(META, component="phase"))
    assert np.isfinite([black, white]).all()

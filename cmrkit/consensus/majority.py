"""Majority vote over masks, with a rule for ties."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from cmrkit.errors import InvalidGeometry

Mask = NDArray[np.bool_]


def majority(masks: Sequence[Mask]) -> Mask:
    """Pixels inside more than half of the masks (bool, one shape).

    A pixel inside exactly half of them, which an even number of readers leaves open, is inside
    where the mean signed distance in pixels to the borders is negative (inside counts below 0), as
    in shape-based averaging (Rohlfing and Maurer 2007): two readers meet half way. Where one of the
    masks is empty there is no border to meet, and the tie is outside. One mask is its own majority;
    empty masks vote like the others. Raises InvalidGeometry for no masks or different shapes.
    """
    votes = stacked(masks)
    counts = votes.sum(axis=0)
    inside: Mask = 2 * counts > len(votes)
    tied = 2 * counts == len(votes)
    if tied.any() and all(mask.any() for mask in votes):
        inside = inside | (tied & (np.mean([_signed(mask) for mask in votes], axis=0) < 0))
    return inside


def stacked(masks: Sequence[Mask]) -> Mask:
    """The masks as one array (reader, ...)."""
    if not masks or len({mask.shape for mask in masks}) != 1:
        raise InvalidGeometry("A consensus needs masks of one shape.")
    return np.stack([np.asarray(mask) != 0 for mask in masks])


def _signed(mask: Mask) -> NDArray[np.float64]:
    """Distance in pixels to the border, half way between the pixels on both sides of it."""
    padded = np.pad(mask, 1)  # what lies beyond the image is outside
    out = np.asarray(distance_transform_edt(~padded), dtype=np.float64)
    within = np.asarray(distance_transform_edt(padded), dtype=np.float64)
    signed = np.where(padded, 0.5 - within, out - 0.5)
    return signed[tuple(slice(1, -1) for _ in range(mask.ndim))]

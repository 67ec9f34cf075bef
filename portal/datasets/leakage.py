"""The same images twice: by identifier and by pixels. Who shares images is one patient to a split,
whatever the headers say."""

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmrkit.errors import CmrkitError
from portal.core.errors import DomainError
from portal.datasets.models import PixelHashes
from portal.imaging.models import Stack
from portal.imaging.selectors import stack_pixels

_HASH_CHARS = 32


def frame_hashes(pixels: NDArray[Any]) -> list[str]:
    """A hash for every frame of (slice, phase, row, column) that isn't one grey; sorted, each once.

    Over rounded values with the frame's shape, so that neither transfer syntax nor header counts.
    """
    found = set()
    for frame in pixels.reshape(-1, *pixels.shape[2:]):
        if frame.min() == frame.max():  # empty frames are alike in all patients
            continue
        whole = np.ascontiguousarray(np.rint(frame), dtype="<i4")
        found.add(hashlib.sha256(repr(whole.shape).encode() + whole.tobytes()).hexdigest())
    return sorted(text[:_HASH_CHARS] for text in found)


def pixel_hashes(stack: Stack) -> list[str] | None:
    """The stack's frame hashes, kept once made; None where its images can't be read."""
    kept = PixelHashes.objects.filter(stack=stack).first()
    if kept is not None:
        return list(kept.frames)
    try:
        found = frame_hashes(stack_pixels(stack))
    except (DomainError, CmrkitError):
        return None
    PixelHashes.objects.get_or_create(stack=stack, defaults={"frames": found})
    return found


def instance_uids(stack: Stack) -> list[str]:
    return sorted({address[1] for row in stack.addresses for address in row if address})


def joined(marks: Mapping[str, Iterable[Hashable]]) -> dict[str, str]:
    """Item -> the smallest item that it is joined with. Items are joined where they share a mark:
    a patient, an identifier, a frame. Pure."""
    leader = {item: item for item in marks}

    def find(item: str) -> str:
        while leader[item] != item:
            leader[item] = leader[leader[item]]
            item = leader[item]
        return item

    first: dict[Hashable, str] = {}
    for item in sorted(marks):
        for mark in marks[item]:
            a, b = find(first.setdefault(mark, item)), find(item)
            leader[max(a, b)] = min(a, b)
    return {item: find(item) for item in marks}

"""Small pictures of stacks, windowed for what they show."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from cmrkit.contracts import StackMeta
from cmrkit.contracts.kinds import Component, SequenceKind, TimeAxis
from cmrkit.dicomio import load_pixels
from cmrkit.errors import CmrkitError
from portal.storage import files
from portal.storage.errors import BytesMissing

THUMBNAIL_PX = 192
Pixels = np.ndarray[Any, np.dtype[np.float32]]


def thumbnail(meta: StackMeta, hashes: dict[str, str]) -> bytes | None:
    """PNG of the middle slice at a time that shows something; None where it can't be decoded.
    ``hashes`` maps SOPInstanceUID to the file's SHA-256."""
    frame = _frame(meta)
    if frame is None or frame.sop_instance_uid not in hashes:
        return None
    one = replace(meta, n_slices=1, n_phases=1, frames=((frame,),))
    try:
        pixels = load_pixels(one, lambda uid: files.open_bytes(hashes[uid]))[0, 0]
    except (CmrkitError, BytesMissing):
        return None
    step = max(1, max(pixels.shape) // (4 * THUMBNAIL_PX))
    with np.errstate(all="ignore"):  # of an absurd rescale slope
        shown = np.nan_to_num(pixels[::step, ::step], posinf=0.0, neginf=0.0)
        low, high = window(shown, meta)
        grey = np.clip((shown - low) / max(high - low, 1e-6), 0, 1) * 255
    grey = np.nan_to_num(grey).astype(np.uint8)
    image = Image.fromarray(grey)
    image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _frame(meta: StackMeta) -> Any:
    """The middle slice; the last inversion time, where all has recovered; a third into a run of
    heart beats, where contrast has come; else the first phase."""
    place = {
        TimeAxis.INVERSION_TIME.value: meta.n_phases - 1,
        TimeAxis.DYNAMIC.value: meta.n_phases // 3,
    }.get(meta.time_axis, 0)
    middle = meta.n_slices // 2
    for s in sorted(range(meta.n_slices), key=lambda s: abs(s - middle)):
        row = meta.frames[s]
        found = row[place] or next((f for f in row if f is not None), None)
        if found is not None:
            return found
    return None


def window(pixels: Pixels, meta: StackMeta) -> tuple[float, float]:
    """(black, white). Signed signals lie around zero, or around the middle of their range where
    the file counts from 0; maps by what isn't zero outside the body; the rest by percentiles."""
    if meta.component in (Component.VELOCITY, Component.PHASE):
        return _centred(pixels)
    values = pixels
    if meta.component == Component.MAP or meta.sequence_kind == SequenceKind.DERIVED:
        inside = pixels[pixels != 0]
        values = inside if inside.size else pixels
        low, high = np.percentile(values, (2, 98))
    else:
        low, high = np.percentile(values, (1, 99.5))
    return float(low), float(high)


def _centred(pixels: Pixels) -> tuple[float, float]:
    lowest, highest = float(pixels.min()), float(pixels.max())
    middle = 0.0 if lowest < 0 else 2.0 ** np.ceil(np.log2(max(highest, 1.0) + 1)) / 2
    reach = float(np.percentile(np.abs(pixels - middle), 99))
    return middle - reach, middle + reach

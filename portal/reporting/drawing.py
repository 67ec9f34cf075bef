"""The key image: one frame in grey with its contours. Pure."""

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

SIDE = 480  # pixels of the drawn square
MARGIN = 0.6  # of the contours' size, around them
LINE = 3
DARK = 24


def key_image(
    pixels: NDArray[Any] | None,
    contours: list[dict[str, Any]],
    colours: dict[str, str],
    *,
    rows: int,
    columns: int,
    around: list[dict[str, Any]] | None = None,
) -> bytes:
    """PNG of a square around the contours, or around those given as ``around``.

    ``pixels`` is (row, column) in any unit, or None where the image can't be read any more: then
    the contours stand on dark. ``contours`` are labels of a reference's content, in image pixels,
    (0, 0) = centre of the first pixel."""
    left, top, side = _window(around or contours, rows, columns)
    scale = SIDE / side
    image = _grey(pixels, left, top, side)
    draw = ImageDraw.Draw(image)
    for contour in contours:
        colour = colours.get(contour["structure"], "#ffffff")
        for part in contour["parts"]:
            line = [((x + 0.5 - left) * scale, (y + 0.5 - top) * scale) for x, y in part]
            draw.line([*line, line[0]], fill=colour, width=LINE, joint="curve")
    buffer = BytesIO()
    image.save(buffer, format="PNG")
    return buffer.getvalue()


def _window(contours: list[dict[str, Any]], rows: int, columns: int) -> tuple[float, float, float]:
    """Left, top and side of the square shown, in pixels of the frame."""
    points = [point for contour in contours for part in contour["parts"] for point in part]
    if not points:
        return 0.0, 0.0, float(max(rows, columns))
    xs, ys = [x for x, _ in points], [y for _, y in points]
    side = max(max(xs) - min(xs), max(ys) - min(ys), 8.0) * (1 + MARGIN)
    return (min(xs) + max(xs) + 1 - side) / 2, (min(ys) + max(ys) + 1 - side) / 2, side


def _grey(pixels: NDArray[Any] | None, left: float, top: float, side: float) -> Image.Image:
    """The square in grey, window from the 1st to the 99th percentile; black outside the frame."""
    if pixels is None:
        return Image.new("RGB", (SIDE, SIDE), (DARK, DARK, DARK))
    low, high = np.percentile(pixels, [1, 99])
    span = float(high - low) or 1.0
    grey = np.clip((pixels.astype(np.float64) - low) / span, 0, 1) * 255
    frame = Image.fromarray(grey.astype(np.uint8))
    square = frame.transform(
        (SIDE, SIDE),
        Image.Transform.EXTENT,
        (left, top, left + side, top + side),
        resample=Image.Resampling.BICUBIC,
    )
    return square.convert("RGB")

"""Dice and HD95 of all frames of two readings: ours, and SimpleITK's filters on the same masks."""

import time
from typing import Any

import numpy as np
import SimpleITK

from cmrkit.agreement import Reading, compare_frames
from cmrkit.agreement.frames import OTHER
from cmrkit.geometry import rasterise

Shapes = dict[tuple[str, int, int], list[Any]]
SPACING_MM = (1.4, 1.4)
AROUND_PX = 8  # what a mask has around it


def beside_a_peer(one: Shapes, two: Shapes, shape: tuple[int, int]) -> dict[str, Any]:
    """Ours from contours to numbers; the peer's from masks to numbers, each cut to what is drawn
    and made beforehand, on one thread as ours."""
    phases = [(OTHER, p, p) for p in sorted({p for _, _, p in one})]
    start = time.perf_counter()
    readings = [Reading(drawn, shape, SPACING_MM) for drawn in (one, two)]
    rows = compare_frames(*readings, phases, sorted({code for code, _, _ in one}))
    ours_s = time.perf_counter() - start
    ours = {(row.structure, row.slice_index, row.phase_a): row for row in rows}
    both = [key for key in one if key in two]
    images = [_images(one[key], two[key], shape) for key in both]
    SimpleITK.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    start = time.perf_counter()
    theirs = [_simpleitk(*pair) for pair in images]
    peer_s = time.perf_counter() - start
    apart = [
        (abs(ours[key].dice - dice), abs(found.hd95_mm - hd95_mm))
        for key, (dice, hd95_mm) in zip(both, theirs, strict=True)
        if (found := ours[key].distances) is not None
    ]
    return {
        "peer": f"SimpleITK {SimpleITK.Version.VersionString()}",
        "frames": len(both),
        "ours_ms_per_frame": round(1000 * ours_s / len(rows), 4),
        "peer_ms_per_frame": round(1000 * peer_s / len(both), 4),
        "times_as_fast": round(peer_s / len(both) / (ours_s / len(rows)), 1),
        "largest_difference_of_dice": max(dice for dice, _ in apart),
        "largest_difference_of_hd95_mm": max(mm for _, mm in apart),
    }


def _images(one: Any, two: Any, shape: tuple[int, int]) -> list[SimpleITK.Image]:
    masks = [rasterise(parts, shape) for parts in (one, two)]
    rows, columns = np.nonzero(masks[0] | masks[1])
    window = tuple(
        slice(max(at.min() - AROUND_PX, 0), at.max() + AROUND_PX + 1) for at in (rows, columns)
    )
    images = [SimpleITK.GetImageFromArray(mask[window].astype(np.uint8)) for mask in masks]
    for image in images:
        image.SetSpacing(SPACING_MM[::-1])
    return images


def _simpleitk(one: SimpleITK.Image, two: SimpleITK.Image) -> tuple[float, float]:
    """Dice, and the 95th percentile of the distances of both directions pooled."""
    overlap = SimpleITK.LabelOverlapMeasuresImageFilter()
    overlap.Execute(one, two)
    borders = [SimpleITK.LabelContour(mask) for mask in (one, two)]
    far = []
    for here, there in (borders, borders[::-1]):
        away = SimpleITK.SignedMaurerDistanceMap(there, squaredDistance=False, useImageSpacing=True)
        distances = SimpleITK.GetArrayViewFromImage(away)
        far.append(np.abs(distances[SimpleITK.GetArrayViewFromImage(here) > 0]))
    return overlap.GetDiceCoefficient(), float(np.percentile(np.concatenate(far), 95))

"""Smart click and AI on one frame: Dice after 0 to 5 simulated clicks, and how long they take.

    python -m bench.smart_click --data ../shared/data [--patients 15] [--model cine-sax-free]

Each click lies deepest inside the largest piece in which the contour and the expert differ. Frames
are those of the ACDC patients kept out of training, and the Sunnybrook patient kept out of it.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage

from cmrkit.agreement import dice
from cmrkit.geometry import rasterise
from ml_workers.registry import open_model
from ml_workers.serving.frame import Segmenter
from ml_workers.serving.refine import Stroke
from ml_workers.serving.request import Correction, FrameRequest
from ml_workers.training.acdc import acdc_volumes
from ml_workers.training.sunnybrook import HELD_OUT, load_study, mask_of

Mask = NDArray[np.bool_]
CLICKS = 5
LEAST_PX = 30  # smaller structures are the ends of the heart, where experts differ too
LABELS = {"lv_endo": (3,), "lv_epi": (2, 3), "rv_endo": (1,)}


@dataclass(frozen=True)
class Frame:
    """A frame and what an expert drew on it."""

    pixels: NDArray[np.float32]
    spacing_mm: tuple[float, float] | None
    truth: dict[str, Mask]


def acdc_frames(folder: Path, patients: int) -> Iterator[Frame]:
    seen: list[str] = []
    for volume in acdc_volumes(folder, held_out=True):
        if volume.patient not in seen:
            seen.append(volume.patient)
        if len(seen) > patients:
            return
        for image, label in zip(volume.image, volume.label, strict=True):
            truth = {code: np.isin(label, values) for code, values in LABELS.items()}
            yield Frame(image.astype(np.float32), None, truth)


def sunnybrook_frames(folder: Path) -> Iterator[Frame]:
    study = load_study(folder, HELD_OUT)
    for (s, p), contour in study.endo.items():
        truth = {"lv_endo": mask_of(contour, study.pixels.shape[2:])}
        if (s, p) in study.epi:
            truth["lv_epi"] = mask_of(study.epi[s, p], study.pixels.shape[2:])
        yield Frame(study.pixels[s, p], (study.pixel_mm, study.pixel_mm), truth)


def click_at(drawn: Mask, truth: Mask) -> Stroke | None:
    """Where a person would click next; None where next to nothing is wrong."""
    worst: tuple[int, bool, Mask] | None = None
    for include, wrong in ((True, truth & ~drawn), (False, drawn & ~truth)):
        pieces, _ = ndimage.label(wrong)
        sizes = np.bincount(pieces.ravel())
        sizes[0] = 0
        if sizes.max() >= 3 and (worst is None or sizes.max() > worst[0]):
            worst = (int(sizes.max()), include, pieces == sizes.argmax())
    if worst is None:
        return None
    depth = ndimage.distance_transform_edt(np.pad(worst[2], 1))[1:-1, 1:-1]
    row, column = np.unravel_index(depth.argmax(), depth.shape)
    return Stroke(worst[1], ((float(column), float(row)),))


class Measured:
    """Dice by number of clicks, one row for each contour, and seconds."""

    def __init__(self, model_name: str) -> None:
        self._model = open_model(model_name)
        self._segmenter = Segmenter()
        self.rows: dict[str, list[list[float]]] = {}
        self.first_s: list[float] = []
        self.click_s: list[float] = []

    def add(self, frame: Frame) -> None:
        request = FrameRequest(frame.pixels, frame.spacing_mm, "", "", None, None)
        began = time.perf_counter()
        drafted = self._segmenter.segment(self._model, request).structures
        self.first_s.append(time.perf_counter() - began)
        for code, truth in frame.truth.items():
            if np.count_nonzero(truth) >= LEAST_PX:
                self.rows.setdefault(code, []).append(
                    self._clicked(request, code, drafted.get(code, ()), truth)
                )

    def _clicked(self, request: FrameRequest, code: str, parts: Any, truth: Mask) -> list[float]:
        strokes: list[Stroke] = []
        found = []
        for _ in range(CLICKS + 1):
            drawn = rasterise(parts, (truth.shape[0], truth.shape[1])).astype(bool)
            found.append(dice(drawn, truth) or 0.0)
            stroke = click_at(drawn, truth)
            if stroke is None or len(found) > CLICKS:
                continue
            strokes.append(stroke)
            asked = replace(request, correction=Correction(code, parts, tuple(strokes)))
            began = time.perf_counter()
            parts = self._segmenter.segment(self._model, asked).structures[code]
            self.click_s.append(time.perf_counter() - began)
        return found

    def report(self) -> dict[str, Any]:
        every = [row for rows in self.rows.values() for row in rows]
        return {
            "contours": len(every),
            "dice_after_clicks": {
                name: dict(zip(range(CLICKS + 1), np.mean(rows, axis=0).round(4), strict=True))
                for name, rows in {**self.rows, "all": every}.items()
            },
            "worse_after_one": round(float(np.mean([r[1] < r[0] - 0.002 for r in every])), 4),
            "segment_ms": _spread(self.first_s),
            "click_ms": _spread(self.click_s),
        }


def _spread(seconds: list[float]) -> dict[str, float]:
    return {
        "median": round(1000 * float(np.median(seconds)), 1),
        "p95": round(1000 * float(np.percentile(seconds, 95)), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--patients", type=int, default=15)
    parser.add_argument("--model", default="cine-sax-free")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    for name, frames in (
        ("acdc", acdc_frames(options.data / "acdc", options.patients)),
        ("sunnybrook", sunnybrook_frames(options.data / "sunnybrook")),
    ):
        measured = Measured(options.model)
        for frame in frames:
            measured.add(frame)
        print(json.dumps({name: measured.report()}, default=float), flush=True)


if __name__ == "__main__":
    main()

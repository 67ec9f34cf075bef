"""Late gadolinium enhancement of the EMIDEC challenge, as the shared copy holds it: PNG slices.

Lalande A. et al., Emidec: A Database Usable for the Automatic Evaluation of Myocardial Infarction
from Delayed-Enhancement Cardiac MRI, Data 5(4):89, 2020. The licence of this copy is not verified:
what is trained on it stays out of the repository. Every slice was scaled to 256 x 256, so that
neither spacing nor aspect is known: overlaps can be measured on it, millilitres can't.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_workers.inference.heart_frame import HeartFrame
from ml_workers.training.enhancement import framed
from ml_workers.training.slices import LabelledSlice, normalise

# put aside before anything was trained: every fifth case with an infarct (P) in the order of their
# numbers, starting with the third, and five of those without one (N), spread over theirs: 10 and 5,
# as 50 and 25 in the whole set
HELD_OUT = (
    *("N013", "N027", "N042", "N065", "N079"),
    *("P004", "P011", "P028", "P043", "P053", "P062", "P072", "P080", "P090", "P097"),
)
# what choices are made on: five of the others with an infarct and one without
VALIDATION = ("N012", "P002", "P021", "P045", "P066", "P085")
NAME = re.compile(r"Case_([NP]\d+)_slice(\d+)\.png")


@dataclass(frozen=True)
class LgeCase:
    """image uint8 (slice, row, column), base or apex first as the set has it; label of the same
    shape: 1 LV cavity, 2 myocardium without what follows, 3 infarct, 4 no-reflow."""

    name: str
    image: NDArray[np.uint8]
    label: NDArray[np.uint8]

    @property
    def has_infarct(self) -> bool:
        return self.name.startswith("P")


def lge_cases(folder: Path, names: tuple[str, ...] | None = None) -> Iterator[LgeCase]:
    """The named cases, or all that are in neither list."""
    found: dict[str, list[Path]] = {}
    for path in sorted((folder / "images").glob("*.png")):
        matched = NAME.fullmatch(path.name)
        if matched:
            found.setdefault(matched[1], []).append(path)
    for name, paths in sorted(found.items()):
        wanted = name in names if names is not None else name not in HELD_OUT + VALIDATION
        if wanted:
            images = [_png(path) for path in paths]
            labels = [_png(folder / "labels" / path.name) for path in paths]
            yield LgeCase(name, np.stack(images), np.stack(labels))


def _png(path: Path) -> NDArray[np.uint8]:
    from PIL import Image

    with Image.open(path) as picture:
        return np.asarray(picture.convert("L"), dtype=np.uint8)


def labelled_slices(cases: Iterator[LgeCase]) -> list[LabelledSlice]:
    """Every slice as it lies, for the first look, and as the second one sees it."""
    pieces: list[LabelledSlice] = []
    for case in cases:
        for image, label in zip(case.image, case.label, strict=True):
            pieces.append(LabelledSlice(normalise(image), label, case.name, 1.0))
        frame = HeartFrame.around(case.label > 0)
        if frame is not None:
            pieces += framed(frame, case.image, case.label, case.name)
    return pieces

"""What every parser returns: contours on frames, and notes on what was left out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from cmrkit.contracts.labels import Polygon


@dataclass(frozen=True)
class ImportedContour:
    """One structure on one frame. ``parts`` are polygons of (column, row) in pixels, (0, 0) the
    centre of the first pixel, even-odd. ``source_label`` is what the file calls it."""

    structure: str
    sop_instance_uid: str
    frame_number: int
    parts: tuple[Polygon, ...]
    source_label: str


@dataclass(frozen=True)
class Note:
    """Something in the file that became no contour, or only under an assumption; ``count`` is how
    often. The message is for people and names no patient."""

    code: str
    message: str
    count: int = 1


@dataclass(frozen=True)
class ImportedLabels:
    """``kind`` is the form of the file: seg, rtstruct, nifti, sunnybrook or cvi42."""

    kind: str
    contours: tuple[ImportedContour, ...]
    notes: tuple[Note, ...] = ()

    @property
    def structures(self) -> tuple[str, ...]:
        return tuple(sorted({contour.structure for contour in self.contours}))


@dataclass
class Notes:
    """Collects notes; the same one is counted."""

    _seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, code: str, message: str, count: int = 1) -> None:
        self._seen[code, message] += count

    def all(self) -> tuple[Note, ...]:
        return tuple(Note(code, text, n) for (code, text), n in sorted(self._seen.items()))


def shown(text: object, length: int = 60) -> str:
    """A name from a file, fit to be shown: one line, not too long."""
    plain = "".join(c if c.isprintable() else " " for c in str(text)).strip()
    return plain if len(plain) <= length else plain[: length - 1] + "…"


def open_polygon(points: Iterable[tuple[float, float]]) -> Polygon:
    """Without repeated neighbours and without the first point at the end."""
    kept: list[tuple[float, float]] = []
    for x, y in points:
        if not kept or kept[-1] != (x, y):
            kept.append((x, y))
    while len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return tuple(kept)

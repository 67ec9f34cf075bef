"""Two readings frame by frame: per structure × slice × phase, and summed up by level."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cmrkit.agreement.levels import Level
from cmrkit.agreement.nearest import border_distances
from cmrkit.agreement.spans import Drawn, common_px, draw
from cmrkit.agreement.surface import SurfaceDistances
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry.edges import Parts

Key = tuple[str, int, int]  # structure, slice, phase
ED, ES, OTHER, ALL = "ED", "ES", "other", "all"
PHASES = (ED, ES, OTHER)


@dataclass(frozen=True)
class FrameAgreement:
    """One structure on one frame of each reading. Pixels for areas, mm for distances, which are
    None where either reading has nothing there. At ED and ES the two phases may differ."""

    structure: str
    slice_index: int
    phase: str
    phase_a: int
    phase_b: int
    a_px: int
    b_px: int
    both_px: int
    distances: SurfaceDistances | None

    @property
    def dice(self) -> float:
        return 2 * self.both_px / (self.a_px + self.b_px)

    @property
    def jaccard(self) -> float:
        return self.both_px / (self.a_px + self.b_px - self.both_px)


@dataclass(frozen=True)
class Summary:
    """Frames of one structure, level and phase taken together. ``dice`` and ``jaccard`` are of
    all their pixels; ``hd_mm`` the largest; ``hd95_mm`` the mean over frames; ``mean_mm`` of all
    their distances. ``one_sided``: frames that one reading alone contoured; they count as Dice 0
    and have no distance."""

    structure: str
    level: str
    phase: str
    n_frames: int
    one_sided: int
    dice: float
    jaccard: float
    hd_mm: float | None
    hd95_mm: float | None
    mean_mm: float | None


class Reading:
    """A reading's contours, rasterised once and kept while others compare.

    shapes: parts in (column, row) pixels by structure, slice and phase. shape: (rows, columns) of
    the images. pixel_spacing_mm: (between rows, between columns). Raises InvalidGeometry for a
    spacing that is not positive.
    """

    def __init__(
        self,
        shapes: Mapping[Key, Parts],
        shape: tuple[int, int],
        pixel_spacing_mm: tuple[float, float],
    ) -> None:
        if not all(np.isfinite(s) and s > 0 for s in pixel_spacing_mm):
            raise InvalidGeometry("Distances need a positive pixel spacing.")
        self.shapes = {key: parts for key, parts in shapes.items() if parts}
        self.shape, self.spacing = shape, pixel_spacing_mm

    @cached_property
    def drawn(self) -> Drawn:
        """In the order of ``shapes``."""
        return draw(list(self.shapes.values()), self.shape)

    @cached_property
    def places(self) -> dict[Key, int]:
        """Where each contour is in ``drawn``; what has no pixel is as if it weren't there."""
        return {key: i for i, key in enumerate(self.shapes) if self.drawn.n_px[i]}


def pairs_of_phases(
    a: Reading,
    b: Reading,
    ed: tuple[int | None, int | None],
    es: tuple[int | None, int | None],
) -> list[tuple[str, int, int]]:
    """What is set against what: ED against ED and ES against ES, each at its reading's own phase;
    then every other phase that both readings contoured, like against like."""
    rows = [
        (name, pa, pb)
        for name, (pa, pb) in ((ED, ed), (ES, es))
        if pa is not None and pb is not None
    ]
    special = {p for _, *both in rows for p in both}
    shared = {p for _, _, p in a.shapes} & {p for _, _, p in b.shapes}
    return rows + [(OTHER, p, p) for p in sorted(shared - special)]


def compare_frames(
    a: Reading, b: Reading, phases: Iterable[tuple[str, int, int]], structures: Iterable[str]
) -> list[FrameAgreement]:
    """Every frame on which at least one of two readings of one stack has the structure.

    Empty rule: frames that neither contoured are not there; a frame that one contoured counts as
    Dice 0 without a distance. Of phases other than ED and ES only structures that both readings
    contoured somewhere at that phase are compared, since the rest was not read. Distances:
    :mod:`cmrkit.agreement.surface`, in the image plane. Raises InvalidGeometry where the readings
    are of images of different size or spacing.
    """
    if a.shape != b.shape or a.spacing != b.spacing:
        raise InvalidGeometry("Readings of different images can't be compared.")
    keys = _keys(a, b, phases, structures)
    at = [(a.places.get(one, -1), b.places.get(two, -1)) for _, one, two in keys]
    of_a, of_b = (
        np.array([(i, k) for i, k in at if i >= 0 and k >= 0], dtype=np.intp).reshape(-1, 2).T
    )
    both = iter(common_px(a.drawn, b.drawn, of_a, of_b).tolist())
    far = iter(border_distances(a.drawn, b.drawn, of_a, of_b, a.spacing))
    px_a, px_b = a.drawn.n_px.tolist(), b.drawn.n_px.tolist()
    found = []
    for (name, one, two), (i, k) in zip(keys, at, strict=True):
        if i < 0 and k < 0:
            continue
        met = i >= 0 and k >= 0
        found.append(
            FrameAgreement(
                structure=one[0],
                slice_index=one[1],
                phase=name,
                phase_a=one[2],
                phase_b=two[2],
                a_px=px_a[i] if i >= 0 else 0,
                b_px=px_b[k] if k >= 0 else 0,
                both_px=next(both) if met else 0,
                distances=next(far) if met else None,
            )
        )
    return found


def _keys(
    a: Reading, b: Reading, phases: Iterable[tuple[str, int, int]], structures: Iterable[str]
) -> list[tuple[str, Key, Key]]:
    """What of either reading is set against what of the other."""
    slices_a, slices_b = _slices(a), _slices(b)
    found: list[tuple[str, Key, Key]] = []
    listed = list(structures)
    for name, phase_a, phase_b in phases:
        for structure in listed:
            on_a = slices_a.get((structure, phase_a), set())
            on_b = slices_b.get((structure, phase_b), set())
            if name == OTHER and not (on_a and on_b):
                continue
            found += [
                (name, (structure, s, phase_a), (structure, s, phase_b))
                for s in sorted(on_a | on_b)
            ]
    return found


def _slices(reading: Reading) -> dict[tuple[str, int], set[int]]:
    found: dict[tuple[str, int], set[int]] = {}
    for structure, s, phase in reading.shapes:
        found.setdefault((structure, phase), set()).add(s)
    return found


def summarise(frames: Iterable[FrameAgreement], levels: Mapping[int, Level]) -> list[Summary]:
    """Per structure × level × phase, with ``all`` for each; slices of no level count in ``all``."""
    groups: dict[tuple[str, str, str], list[FrameAgreement]] = {}
    for row in frames:
        own = levels.get(row.slice_index)
        for level in (ALL,) if own is None else (str(own), ALL):
            for phase in (row.phase, ALL):
                groups.setdefault((row.structure, level, phase), []).append(row)
    return [_summary(key, rows) for key, rows in sorted(groups.items())]


def _summary(key: tuple[str, str, str], rows: list[FrameAgreement]) -> Summary:
    a, b, both = (sum(getattr(r, name) for r in rows) for name in ("a_px", "b_px", "both_px"))
    measured = [r.distances for r in rows if r.distances is not None]
    n = sum(d.n for d in measured)
    return Summary(
        *key,
        n_frames=len(rows),
        one_sided=len(rows) - len(measured),
        dice=2 * both / (a + b),
        jaccard=both / (a + b - both),
        hd_mm=max((d.hd_mm for d in measured), default=None),
        hd95_mm=sum(d.hd95_mm for d in measured) / len(measured) if measured else None,
        mean_mm=sum(d.mean_mm * d.n for d in measured) / n if measured else None,
    )

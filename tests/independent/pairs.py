"""Two reads set against each other: contours by structure, level and phase."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tests.independent.geometry import Array, apart
from tests.independent.reads import RawRead

STRUCTURES = ("lv_endo", "lv_epi", "rv_endo")
LEVELS = ("base", "mid", "apex")


@dataclass(frozen=True)
class RawPair:
    """The difference is always b - a."""

    a: RawRead
    b: RawRead

    @cached_property
    def contours(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        """Metrics by structure, level and phase."""
        if not (self.a.has_contours and self.b.has_contours):
            return {}
        levels = _levels(self.a, self.b)
        groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
        for frame in _frames(self.a, self.b):
            own = [levels[frame["slice"]]] if frame["slice"] in levels else []
            for level in [*own, "all"]:
                for phase in (frame["phase"], "all"):
                    groups[frame["structure"], level, phase].append(frame)
        return {key: _together(frames) for key, frames in groups.items()}


def pairs_of(cases: Iterable[list[RawRead]], comparison: str) -> list[RawPair]:
    """What is compared with what, in the order of the file."""
    found = []
    for reads in cases:
        by_kind: dict[str, list[RawRead]] = defaultdict(list)
        for read in reads:
            by_kind[read.kind].append(read)
        readings = by_kind["reading"]
        if comparison == "inter":
            found += [RawPair(a, b) for i, a in enumerate(readings) for b in readings[i + 1 :]]
        elif comparison == "intra":
            seconds = by_kind["second_reading"]
            found += [RawPair(a, b) for b in seconds for a in readings if a.key == b.key]
        elif comparison == "ai_reference":
            found += [RawPair(a, b) for a in by_kind["reference"] for b in by_kind["ai"]]
        else:
            found += [RawPair(a, b) for a in by_kind[comparison] for b in readings]
    return found


def _frames(a: RawRead, b: RawRead) -> list[dict[str, Any]]:
    """ED against ED, ES against ES, each at its own phase; then phases that both drew."""
    whats = [
        (name, pa, pb)
        for name, pa, pb in zip(("ED", "ES"), a.phases, b.phases, strict=True)
        if pa is not None and pb is not None
    ]
    taken = {p for _, *both in whats for p in both}
    shared = {p for _, _, p in a.own} & {p for _, _, p in b.own}
    whats += [("other", p, p) for p in sorted(shared - taken)]
    found = []
    for name, pa, pb in whats:
        for code in STRUCTURES:
            on_a, on_b = (
                {s for c, s, q in r.own if (c, q) == (code, p)} for r, p in ((a, pa), (b, pb))
            )
            if name == "other" and not (on_a and on_b):
                continue
            for s in sorted(on_a | on_b):
                one, two = a.mask((code, s, pa)), b.mask((code, s, pb))
                if one is None and two is None:
                    continue
                both = one is not None and two is not None
                found.append(
                    {
                        "structure": code,
                        "slice": s,
                        "phase": name,
                        "sizes": sum(int(m.sum()) for m in (one, two) if m is not None),
                        "common": int((one & two).sum()) if both else 0,  # type: ignore[operator]
                        "apart": apart(one, two, a.spacing_mm) if both else None,  # type: ignore[arg-type]
                    }
                )
    return found


def _together(frames: list[dict[str, Any]]) -> dict[str, Any]:
    sizes, common = (sum(f[name] for f in frames) for name in ("sizes", "common"))
    far = [f["apart"] for f in frames if f["apart"] is not None]
    every: Array = np.concatenate([d.mm for d in far]) if far else np.empty(0)
    return {
        "n_frames": len(frames),
        "one_sided": len(frames) - len(far),
        "dice": 2 * common / sizes,
        "jaccard": common / (sizes - common),
        "hd_mm": float(every.max()) if far else None,
        "hd95_mm": float(np.mean([d.hd95_mm for d in far])) if far else None,
        "mean_mm": float(every.mean()) if far else None,
    }


def _levels(a: RawRead, b: RawRead) -> dict[int, str]:
    """Slices in thirds from base to apex, by slices with LV contours of either."""
    drawn = [place for read in (a, b) for place in read.own]
    slices = sorted({s for code, s, _ in drawn if code == "lv_endo"} or {s for _, s, _ in drawn})
    first = _base_first(a, b)
    if first is None:
        return {}
    line = slices if first else slices[::-1]
    if len(line) < 3:
        names = {1: ["mid"], 2: ["base", "apex"]}[len(line)]
        return dict(zip(line, names, strict=True))
    return {s: LEVELS[3 * i // len(line)] for i, s in enumerate(line)}


def _base_first(a: RawRead, b: RawRead) -> bool | None:
    """The end third with the larger LV discs at ED is the base."""
    size: dict[int, float] = defaultdict(float)
    for read in (a, b):
        for (code, s, p), ml in read.discs_ml.items():
            if (code, p) == ("lv_endo", read.phases[0]):
                size[s] += ml
    line = sorted(size)
    third = max(1, len(line) // 3)
    front, back = (sum(size[s] for s in part) for part in (line[:third], line[-third:]))
    return None if len(line) < 2 or front == back else front > back

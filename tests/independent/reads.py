"""Raw reads, and the numbers of each: volumes, EF, mass, at which phases."""

import json
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, Any

import numpy as np

from tests.independent.geometry import Mask, Parts, area_px, mask_of

G_PER_ML = 1.05
Place = tuple[str, int, int]  # structure, slice, phase


@dataclass
class RawRead:
    """One read of a case. ``drawn``: every contour; ``own``: those that aren't the AI's untouched."""

    case: str
    site: str
    geometry: dict[str, Any]
    kind: str
    key: str
    label: str
    pins: dict[str, int]
    answers: dict[str, Any]
    drawn: dict[Place, Parts]
    own: dict[Place, Parts]
    _masks: dict[Place, Mask | None] = field(default_factory=dict)

    @property
    def has_contours(self) -> bool:
        """Whether the case could be assessed; an AI isn't asked."""
        return self.answers.get("assessable", "yes") == "yes"

    @property
    def spacing_mm(self) -> tuple[float, float]:
        rows, columns = self.geometry["pixel_spacing_mm"]
        return float(rows), float(columns)

    def mask(self, place: Place) -> Mask | None:
        """None where nothing is drawn that has a pixel."""
        if place not in self._masks:
            parts = self.own.get(place)
            size = self.geometry["rows"], self.geometry["columns"]
            found = None if not parts else mask_of(parts, *size)
            self._masks[place] = found if found is not None and found.any() else None
        return self._masks[place]

    @cached_property
    def discs_ml(self) -> dict[Place, float]:
        """Area × distance between planes of each contour that counts."""
        each_ml = self.spacing_mm[0] * self.spacing_mm[1] * self.geometry["slice_spacing_mm"] / 1000
        found = {
            place: area_px(parts) * each_ml
            for place, parts in self.drawn.items()
            if any(len(part) >= 3 for part in parts)
        }
        chosen = [self.pins[n] for n in ("basal_slice", "apical_slice") if n in self.pins]
        if not chosen or not found:
            return found
        slices = sorted({s for _, s, _ in found})
        first, last = min(chosen), max(chosen)
        if len(chosen) == 1:  # it cuts off the side with fewer slices
            after = sum(s > first for s in slices) >= sum(s < first for s in slices)
            first, last = (first, slices[-1]) if after else (slices[0], last)
        return {place: ml for place, ml in found.items() if first <= place[1] <= last}

    def volume_ml(self, structure: str, phase: int | None) -> float | None:
        discs = [
            ml for (code, _, p), ml in self.discs_ml.items() if (code, p) == (structure, phase)
        ]
        return sum(discs) if discs else None

    @cached_property
    def phases(self) -> tuple[int | None, int | None]:
        """ED and ES: pinned, else largest and smallest among phases with at least half as many LV
        slices as the fullest; the earlier of equals."""
        if not self.has_contours:
            return None, None
        lv: dict[int, list[float]] = {}
        for (code, _, p), ml in self.discs_ml.items():
            if code == "lv_endo":
                lv.setdefault(p, []).append(ml)
        fullest = max(map(len, lv.values()), default=0)
        whole = {p: sum(ml) for p, ml in lv.items() if len(ml) >= fullest / 2}
        ed = self.pins.get("ed_phase", min(whole, key=lambda p: (-whole[p], p), default=None))
        es = self.pins.get("es_phase", min(whole, key=lambda p: (whole[p], p), default=None))
        return ed, None if ed == es else es

    @cached_property
    def numbers(self) -> dict[str, float | None]:
        ed, es = self.phases
        found: dict[str, float | None] = {"mass_g": self._mass_g(ed)}
        for prefix, code in (("", "lv_endo"), ("rv_", "rv_endo")):
            edv, esv = self.volume_ml(code, ed), self.volume_ml(code, es)
            both = edv is not None and esv is not None
            found[f"{prefix}edv_ml"], found[f"{prefix}esv_ml"] = edv, esv
            found[f"{prefix}ef_percent"] = (
                100 * (edv - esv) / edv if both and edv else None  # type: ignore[operator]
            )
            if not prefix:
                found["sv_ml"] = edv - esv if both else None  # type: ignore[operator]
        return found

    def _mass_g(self, ed: int | None) -> float | None:
        if ed is None:
            return None
        at = {(code, s): ml for (code, s, p), ml in self.discs_ml.items() if p == ed}
        muscle = [
            max(ml - at.get(("lv_endo", s), 0.0), 0.0)
            for (code, s), ml in at.items()
            if code == "lv_epi"
        ]
        return G_PER_ML * float(np.sum(muscle)) if muscle else None


def raw_reads(file: str | IO[bytes]) -> tuple[list[list[RawRead]], dict[str, Any]]:
    """The reads of each case, and the protocol, from the exported ZIP."""
    with zipfile.ZipFile(file) as archive:
        cases = [json.loads(line) for line in archive.read("cases.jsonl").decode().splitlines()]
        protocol = json.loads(archive.read("protocol.json"))
    asked = {row["code"] for row in protocol["structures"]}  # what else was drawn isn't compared
    return [[_read(case, row, asked) for row in case["reads"]] for case in cases], protocol


def _read(case: dict[str, Any], row: dict[str, Any], asked: set[str]) -> RawRead:
    def contours(untouched: bool) -> dict[Place, Parts]:
        return {
            (c["structure"], c["slice"], c["phase"]): c["parts"]
            for c in row["contours"]
            if c["structure"] in asked
            and (untouched or row["kind"] == "ai" or c["state"] != "auto")
        }

    return RawRead(
        case=case["case"],
        site=case["site"],
        geometry=case["geometry"],
        kind=row["kind"],
        key=row["reader"]["key"],
        label=row["reader"]["label"],
        pins=row["pins"],
        answers=row["answers"],
        drawn=contours(untouched=True),
        own=contours(untouched=False),
    )

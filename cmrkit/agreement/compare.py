"""Two readings of one stack: Dice at ED and ES, differences of the numbers, bands exceeded."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmrkit.agreement.overlap import dice
from cmrkit.contracts import StackLabels, StackMeta, StructureCode
from cmrkit.geometry import rasterise
from cmrkit.volumes import counted_discs

CODE_VERSION = "agreement-2"
_NUMBERS = (
    # name, title, unit, band
    ("edv_ml", "EDV", "ml", "edv_ml"),
    ("esv_ml", "ESV", "ml", "esv_ml"),
    ("ef_percent", "EF", "points", "ef_points"),
    ("mass_g", "Mass", "g", "mass_g"),
    ("rv_edv_ml", "RV EDV", "ml", None),
    ("rv_esv_ml", "RV ESV", "ml", None),
    ("rv_ef_percent", "RV EF", "points", None),
)
_PHASES = (("ED", "ed_phase"), ("ES", "es_phase"))
_NO_PINS: Mapping[str, int | None] = MappingProxyType({})
Shapes = dict[tuple[str, int, int], tuple[Any, ...]]
Areas = dict[tuple[str, int, int], float]


@dataclass(frozen=True)
class ContourAgreement:
    """``dice``: per structure at ED, at ES and pooled over both. ``differences``: b - a of every
    number with its band. ``per_slice``: b - a in ml of each disc that counts. ``reasons``: why a
    person has to settle it; empty when everything lies within the bands."""

    ed_phase: dict[str, int | None]
    es_phase: dict[str, int | None]
    dice: tuple[dict[str, Any], ...]
    differences: tuple[dict[str, Any], ...]
    per_slice: tuple[dict[str, Any], ...]
    reasons: tuple[str, ...]


def compare_reads(
    meta: StackMeta,
    labels_a: StackLabels,
    labels_b: StackLabels,
    function_a: Mapping[str, Any],
    function_b: Mapping[str, Any],
    bands: Mapping[str, float | None],
    *,
    pins_a: Mapping[str, int | None] = _NO_PINS,
    pins_b: Mapping[str, int | None] = _NO_PINS,
) -> ContourAgreement:
    """Compare contours and numbers of readings A and B.

    Each reading is taken at its own ED and ES, since that is where its volumes come from. A band
    is the largest absolute difference that still counts as agreement (``edv_ml``, ``esv_ml``,
    ``ef_points``, ``mass_g``); ``dice_min`` is the smallest pooled Dice of any structure. A band
    of None is not applied. A number that only one reading has is a reason as well. ``pins``: the
    base and apex that a reader chose (``basal_slice``, ``apical_slice``); the discs beyond them
    don't count, as they don't in the volumes.
    """
    shapes_a, shapes_b = _shapes(labels_a), _shapes(labels_b)
    differences = tuple(_difference(row, function_a, function_b, bands) for row in _NUMBERS)
    overlaps = tuple(
        _dice_row(meta, str(code), shapes_a, shapes_b, function_a, function_b)
        for code in StructureCode
    )
    return ContourAgreement(
        ed_phase={"a": function_a["ed_phase"], "b": function_b["ed_phase"]},
        es_phase={"a": function_a["es_phase"], "b": function_b["es_phase"]},
        dice=overlaps,
        differences=differences,
        per_slice=_per_slice(
            meta.n_slices,
            _discs(meta, labels_a, pins_a),
            _discs(meta, labels_b, pins_b),
            function_a,
            function_b,
        ),
        reasons=_reasons(differences, overlaps, bands.get("dice_min")),
    )


def _shapes(labels: StackLabels) -> Shapes:
    return {
        (code, frame.slice_index, frame.phase_index): parts
        for frame in labels.frames
        for code, parts in frame.structures.items()
        if parts
    }


def _difference(
    row: tuple[str, str, str, str | None],
    a: Mapping[str, Any],
    b: Mapping[str, Any],
    bands: Mapping[str, float | None],
) -> dict[str, Any]:
    name, _, unit, band_name = row
    band = bands.get(band_name) if band_name else None
    delta = None if a[name] is None or b[name] is None else b[name] - a[name]
    one_only = (a[name] is None) != (b[name] is None)
    exceeds = band is not None and (one_only or (delta is not None and abs(delta) > band))
    return {
        "name": name,
        "unit": unit,
        "a": a[name],
        "b": b[name],
        "delta": delta,
        "band": band,
        "exceeds": exceeds,
    }


def _mask(
    meta: StackMeta, shapes: Shapes, code: str, phase: int | None
) -> NDArray[np.bool_] | None:
    if phase is None:
        return None
    return np.stack(
        [
            rasterise(shapes.get((code, s, phase), ()), (meta.rows, meta.columns))
            for s in range(meta.n_slices)
        ]
    )


def _dice_row(
    meta: StackMeta,
    code: str,
    shapes_a: Shapes,
    shapes_b: Shapes,
    a: Mapping[str, Any],
    b: Mapping[str, Any],
) -> dict[str, Any]:
    values: dict[str, float | None] = {}
    pairs = []
    for name, key in _PHASES:
        mask_a, mask_b = _mask(meta, shapes_a, code, a[key]), _mask(meta, shapes_b, code, b[key])
        if mask_a is None or mask_b is None:
            values[name.lower()] = None
            continue
        values[name.lower()] = dice(mask_a, mask_b)
        pairs.append((mask_a, mask_b))
    pooled = (
        dice(np.stack([p[0] for p in pairs]), np.stack([p[1] for p in pairs])) if pairs else None
    )
    return {"structure": code, **values, "pooled": pooled}


def _per_slice(
    n_slices: int, discs_a: Areas, discs_b: Areas, a: Mapping[str, Any], b: Mapping[str, Any]
) -> tuple[dict[str, Any], ...]:
    rows = []
    for phase_name, key in _PHASES:
        if a[key] is None or b[key] is None:
            continue
        here = {(code, s): ml for (code, s, phase), ml in discs_a.items() if phase == a[key]}
        there = {(code, s): ml for (code, s, phase), ml in discs_b.items() if phase == b[key]}
        rows += [
            {
                "slice": s,
                "phase": a[key],
                "phase_name": phase_name,
                "structure": str(code),
                "delta_ml": there.get((code, s), 0.0) - here.get((code, s), 0.0),
            }
            for code in StructureCode
            for s in range(n_slices)
            if (code, s) in here or (code, s) in there
        ]
    return tuple(rows)


def _discs(meta: StackMeta, labels: StackLabels, pins: Mapping[str, int | None]) -> Areas:
    """The discs that the reading's volumes are made of, in ml."""
    return counted_discs(
        meta,
        labels,
        basal_slice=pins.get("basal_slice"),
        apical_slice=pins.get("apical_slice"),
    )


def _reasons(
    differences: tuple[dict[str, Any], ...],
    overlaps: tuple[dict[str, Any], ...],
    dice_min: float | None,
) -> tuple[str, ...]:
    titles = {name: title for name, title, _, _ in _NUMBERS}
    reasons = []
    for row in differences:
        if not row["exceeds"]:
            continue
        title = titles[row["name"]]
        if row["delta"] is None:
            reasons.append(f"Only one reading has {title}.")
        else:
            far, band, unit = abs(row["delta"]), row["band"], row["unit"]
            reasons.append(f"{title} differs by {far:.1f} {unit} (band {band:g}).")
    if dice_min is not None:
        reasons += [
            f"Dice of {row['structure']} is {row['pooled']:.2f} (at least {dice_min:g})."
            for row in overlaps
            if row["pooled"] is not None and row["pooled"] < dice_min
        ]
    return tuple(reasons)

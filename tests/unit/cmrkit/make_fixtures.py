"""Writes the fixtures that Python and TypeScript share. Run again only when the rules change:

python tests/unit/cmrkit/make_fixtures.py
"""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from cmrkit.contracts import FrameLabels, FrameRef, StackLabels, StackMeta
from cmrkit.geometry import pixel_edge_polygons, polygon_area_px, rasterise
from cmrkit.geometry.measure import (
    angle_degrees,
    ellipse_area_mm2,
    length_mm,
    polyline_length_mm,
    roi_statistics,
)
from cmrkit.geometry.plane import image_to_patient, patient_to_image
from cmrkit.volumes import lv_rv_function
from cmrkit.volumes.wall_thickness import wall_thickness

FIXTURES = Path(__file__).resolve().parents[2] / "contract" / "fixtures"


def circle(x: float, y: float, r: float, n: int = 32) -> list[list[float]]:
    angles = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return [[round(x + r * np.cos(a), 3), round(y + r * np.sin(a), 3)] for a in angles]


def raster_cases() -> dict[str, list]:
    rng = np.random.default_rng(7)
    cases = {
        "square on centres": [[[2, 2], [6, 2], [6, 6], [2, 6]]],
        "square between centres": [[[1.5, 1.5], [6.5, 1.5], [6.5, 6.5], [1.5, 6.5]]],
        "clockwise": [[[2, 6], [6, 6], [6, 2], [2, 2]]],
        "triangle": [[[1, 1], [10, 2], [4, 9]]],
        "concave": [[[1, 1], [10, 1], [10, 10], [5.5, 3], [1, 10]]],
        "hole": [circle(8, 8, 6), circle(8, 8, 3)],
        "hole drawn the other way": [circle(8, 8, 6), circle(8, 8, 3)[::-1]],
        "island in a hole": [circle(8, 8, 7), circle(8, 8, 5), circle(8, 8, 2)],
        "two parts": [circle(4, 4, 2.5), circle(11, 11, 3)],
        "overlapping parts": [circle(7, 8, 4), circle(10, 8, 4)],
        "same part twice": [circle(8, 8, 4), circle(8, 8, 4)],
        "bow tie": [[[2, 2], [12, 12], [12, 2], [2, 12]]],
        "star": [[[8, 1], [12, 14], [1, 5], [15, 5], [4, 14]]],
        "touching at a vertex": [[[1, 1], [5, 1], [5, 5]], [[5, 5], [9, 5], [9, 9]]],
        "sharing an edge": [[[1, 1], [5, 1], [5, 9], [1, 9]], [[5, 1], [9, 1], [9, 9], [5, 9]]],
        "thin sliver between rows": [[[1, 3.2], [14, 3.2], [14, 3.8], [1, 3.8]]],
        "smaller than a pixel": [[[4.1, 4.1], [4.4, 4.1], [4.4, 4.4]]],
        "one pixel": [[[3.5, 3.5], [4.5, 3.5], [4.5, 4.5], [3.5, 4.5]]],
        "outside": [[[30, 30], [40, 30], [40, 40]]],
        "half outside": [circle(0, 0, 5)],
        "around everything": [[[-5, -5], [30, -5], [30, 30], [-5, 30]]],
        "horizontal edges on a row": [[[2, 4], [9, 4], [9, 8], [2, 8]]],
        "vertex on a row": [[[2, 4], [8, 8], [2, 12], [-4, 8]]],
        "two points": [[[2, 2], [8, 8]]],
        "nothing": [],
        "repeated points": [[[2, 2], [2, 2], [9, 2], [9, 9], [9, 9], [2, 9]]],
        "fine circle": [circle(7.3, 8.1, 6.2, 90)],
    }
    for k in range(6):
        n = int(rng.integers(4, 14))
        cases[f"random {k}"] = [np.round(rng.uniform(-3, 19, (n, 2)), 3).tolist()]
    return cases


def write(folder: str, name: str, value: object) -> None:
    path = FIXTURES / folder / f"{name.replace(' ', '-')}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=None, separators=(",", ":")) + "\n")


def meta(n_slices: int, n_phases: int, **changes: object) -> StackMeta:
    base = {
        "n_slices": n_slices,
        "n_phases": n_phases,
        "rows": 96,
        "columns": 96,
        "pixel_spacing_mm": (1.5, 1.25),
        "slice_spacing_mm": 9.0,
        "slice_thickness_mm": 8.0,
        "row_direction": (1.0, 0.0, 0.0),
        "column_direction": (0.0, 1.0, 0.0),
        "slice_positions_mm": tuple((0.0, 0.0, 9.0 * s) for s in range(n_slices)),
        "frame_of_reference_uid": "2.25.1",
        "trigger_times_ms": tuple(
            tuple(40.0 * p for p in range(n_phases)) for _ in range(n_slices)
        ),
        "rr_interval_ms": 800.0,
        "frames": tuple(
            tuple(FrameRef(f"2.25.{s + 1}.{p + 1}", 1) for p in range(n_phases))
            for s in range(n_slices)
        ),
    }
    return StackMeta(**{**base, **changes})


def beating(radii: list[float], n_slices: int, *, rv: bool, epi: bool = True) -> list[FrameLabels]:
    frames = []
    for s in range(n_slices):
        for p, r in enumerate(radii):
            here = r * (1 - 0.08 * s)
            structures = {"lv_endo": (tuple(map(tuple, circle(48, 48, here))),)}
            if epi:
                structures["lv_epi"] = (tuple(map(tuple, circle(48, 48, here + 7))),)
            if rv and s < n_slices - 1:
                structures["rv_endo"] = (tuple(map(tuple, circle(24, 48, 0.8 * here))),)
            frames.append(FrameLabels(s, p, structures))
    return frames


def volume_cases() -> dict[str, tuple]:
    radii = [18.0, 15.0, 12.0, 14.0, 17.0]
    full = beating(radii, 5, rv=True)
    only = [f for f in full if f.phase_index in (0, 2)]
    no_epi = beating(radii, 4, rv=False, epi=False)
    part_epi = [
        FrameLabels(
            f.slice_index,
            f.phase_index,
            {k: v for k, v in f.structures.items() if k != "lv_epi" or f.slice_index > 1},
        )
        for f in full
    ]
    rv_alone = [
        FrameLabels(f.slice_index, f.phase_index, {"rv_endo": f.structures["rv_endo"]})
        for f in full
        if "rv_endo" in f.structures
    ]
    sparse = [f for f in full if f.phase_index != 3 or f.slice_index == 0]
    m = meta(5, 5)
    return {
        "full": (m, full, {}),
        "two phases": (m, only, {}),
        "no epicardium": (meta(4, 5), no_epi, {}),
        "epicardium on some slices": (m, part_epi, {}),
        "sparse phase": (m, sparse, {}),
        "pinned": (m, full, {"ed_phase": 1, "es_phase": 3}),
        "ed pinned on es": (m, full, {"ed_phase": 2}),
        "pins swapped": (m, full, {"ed_phase": 2, "es_phase": 0}),
        "rv alone": (m, rv_alone, {"ed_phase": 0, "es_phase": 2}),
        "rv alone on one phase": (m, rv_alone, {"ed_phase": 1, "es_phase": 1}),
        "rv alone with pins swapped": (m, rv_alone, {"ed_phase": 2, "es_phase": 0}),
        "base and apex chosen": (m, full, {"basal_slice": 3, "apical_slice": 1}),
        "base alone chosen": (m, full, {"basal_slice": 3}),
        "apex alone chosen": (m, full, {"apical_slice": 1, "ed_phase": 0}),
        "one phase": (m, [f for f in full if f.phase_index == 0], {}),
        "nothing": (m, [], {}),
        "assumed spacing": (meta(5, 5, spacing_assumed=True), full, {"papillary": "mass"}),
    }


def oblique(seed: int, n_slices: int = 4) -> StackMeta:
    """A stack that lies askew in the patient, with pixels that are not square."""
    rng = np.random.default_rng(seed)
    row, column, normal = np.linalg.qr(rng.normal(size=(3, 3)))[0].T
    if np.cross(row, column) @ normal < 0:
        normal = -normal
    origin = rng.uniform(-150, 150, size=3)
    positions = tuple(tuple(origin + 9.5 * k * normal) for k in range(n_slices))
    return StackMeta(
        n_slices=n_slices,
        n_phases=1,
        rows=160,
        columns=192,
        pixel_spacing_mm=(1.6, 1.3),
        slice_spacing_mm=9.5,
        slice_thickness_mm=8.0,
        row_direction=tuple(row),
        column_direction=tuple(column),
        slice_positions_mm=positions,
        frame_of_reference_uid="2.25.9",
        trigger_times_ms=((0.0,),) * n_slices,
        rr_interval_ms=None,
        frames=((FrameRef("2.25.9.1", 1),),) * n_slices,
    )


def plane_case(seed: int) -> dict:
    stack, rng = oblique(seed), np.random.default_rng(seed + 100)
    rows = []
    for slice_index in range(stack.n_slices):
        column, row = rng.uniform(0, 150, size=2)
        at = image_to_patient(stack, slice_index) @ [column, row, 0, 1]
        off = at[:3] + rng.uniform(-5, 5, size=3)
        back = patient_to_image(stack, slice_index) @ [*off, 1]
        rows.append(
            {
                "slice": slice_index,
                "image": [column, row],
                "patient": list(at[:3]),
                "off_plane": list(off),
                "off_image": list(back[:2]),
                "distance_mm": back[2],
            }
        )
    return {"name": f"oblique {seed}", "meta": stack.to_json(), "points": rows}


def wall_cases() -> dict[str, tuple]:
    """name -> (meta, frames, phase, options)."""
    oblique = meta(5, 5, row_direction=(0.6, 0.8, 0.0), column_direction=(0.0, 0.0, -1.0))
    full = beating([18.0, 15.0, 12.0, 14.0, 17.0], 5, rv=True)
    no_rv = beating([18.0, 12.0], 5, rv=False)
    return {
        "rv": (oblique, full, 0, {}),
        "apex first": (oblique, full, 2, {"basal_slice": 4, "apical_slice": 1}),
        "insertion": (oblique, full, 0, {"insertion": [1, 40.0, 25.0]}),
        "insertion without rv": (oblique, no_rv, 1, {"insertion": [2, 40.0, 25.0]}),
        "unoriented": (oblique, no_rv, 0, {}),
        "two slices": (oblique, [f for f in full if f.slice_index < 2], 0, {}),
    }


def measure_case(seed: int) -> dict:
    rng = np.random.default_rng(seed)
    a, b, c, d = (list(p) for p in rng.uniform(-100, 100, size=(4, 3)))
    image = np.rint(rng.normal(200, 50, size=(24, 30)))
    parts = [circle(14.3, 11.8, 8), circle(13.0, 11.0, 3)]
    return {
        "name": f"measure {seed}",
        "points": [a, b, c, d],
        "length_mm": length_mm(a, b),
        "polyline_length_mm": polyline_length_mm([a, b, c, d]),
        "angle_degrees": angle_degrees(a, b, c),
        "ellipse_area_mm2": ellipse_area_mm2([a, b, c, d]),
        "parts": parts,
        "image": image.tolist(),
        "statistics": asdict(roi_statistics(parts, image)),
    }


def outline_cases() -> dict[str, np.ndarray]:
    """name -> mask (rows, columns)."""
    rng = np.random.default_rng(22)
    ring = rasterise([circle(8, 8, 7), circle(8, 8, 4)], (16, 17))
    one = np.zeros((5, 7), dtype=bool)
    one[2, 3] = True
    cases = {
        "one pixel": one,
        "nothing": np.zeros((3, 4), dtype=bool),
        "full image": np.ones((4, 6), dtype=bool),
        "ring": ring,
        "two parts": rasterise([circle(4, 4, 2.5), circle(11, 11, 3)], (16, 17)),
        "touching corners": np.eye(5, dtype=bool),
        "hole touching a corner": ~np.eye(5, dtype=bool),
    }
    for k in range(4):
        cases[f"random {k}"] = rng.random((9, 12)) < 0.2 * (k + 1)
    return cases


def main() -> None:
    for name, mask in outline_cases().items():
        text = ["".join("#" if v else "." for v in row) for row in mask]
        value = {"name": name, "mask": text, "pixel_edges": pixel_edge_polygons(mask)}
        write("outline", name, value)
    for seed in (1, 2):
        case = measure_case(seed)
        write("measure", case["name"], case)
    for seed in (1, 2, 3):
        case = plane_case(seed)
        write("plane", case["name"], case)
    for name, parts in raster_cases().items():
        mask = rasterise(parts, (16, 17))
        rows = ["".join("#" if v else "." for v in row) for row in mask]
        area = polygon_area_px(parts)
        write(
            "raster",
            name,
            {"name": name, "shape": [16, 17], "parts": parts, "mask": rows, "area_px": area},
        )
    for name, (stack, frames, options) in volume_cases().items():
        labels = StackLabels(tuple(frames))
        value = {
            "name": name,
            "meta": stack.to_json(),
            "labels": labels.to_json(),
            "options": options,
            "expected": asdict(lv_rv_function(stack, labels, **options)),
        }
        write("volumes", name, value)
    for name, (stack, frames, phase, options) in wall_cases().items():
        labels = StackLabels(tuple(frames))
        value = {
            "name": name,
            "meta": stack.to_json(),
            "labels": labels.to_json(),
            "phase": phase,
            "options": options,
            "expected": asdict(wall_thickness(stack, labels, phase, **options)),
        }
        write("wall", name, value)


if __name__ == "__main__":
    main()

"""The trial's twelve hearts: three real ones where they are there, small phantoms else; and what a
careful reader would draw on them."""

import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread

from cmrkit.dicomio.sunnybrook import STRUCTURES, named, polygon_of
from cmrkit.phantom import PathologyClass, random_parameters, simulate_cine, write_cine_dicom

REAL = {"SC-HF-I-1": "SCD0000101", "SC-HF-I-2": "SCD0000201", "SC-HF-I-4": "SCD0000301"}
KEPT_PHASES = (3, 6, 7, 18, 19)  # of 20: all that experts contoured, and one more
HEARTS = 12
_P = PathologyClass
_KINDS = (_P.NORMAL, _P.DILATED, _P.HYPERTROPHIC, _P.INFARCT)
Polygon = list[list[float]]
Cell = tuple[str, int, int]  # structure, slice, phase


@dataclass(frozen=True)
class Heart:
    """``truth``: polygons at ED and ES, in (column, row) pixels, by structure, slice and phase."""

    name: str
    folder: Path
    truth: dict[Cell, Polygon]
    is_real: bool = False


def twelve_hearts(folder: Path, shared_data: Path | None) -> list[Heart]:
    """Writes their DICOM files under ``folder``. Without real images all are phantoms."""
    real = [] if shared_data is None else [_sunnybrook(folder, shared_data, name) for name in REAL]
    return real + [_phantom(folder, 7100 + n) for n in range(HEARTS - len(real))]


def _phantom(folder: Path, seed: int) -> Heart:
    rng = np.random.default_rng(seed)
    parameters = random_parameters(rng, _KINDS[seed % len(_KINDS)])
    cine = simulate_cine(parameters, n_slices=4, n_phases=4, slice_spacing_mm=20, seed=seed)
    files = folder / f"phantom-{seed}"
    write_cine_dicom(cine, files, patient_id=f"P{seed}")
    volumes: dict[int, float] = defaultdict(float)
    drawn: dict[Cell, Polygon] = {}
    for frame in cine.labels.frames:
        for code in ("lv_endo", "lv_epi"):
            for part in frame.structures.get(code, ())[:1]:
                polygon = [[round(float(x), 3), round(float(y), 3)] for x, y in part]
                drawn[code, frame.slice_index, frame.phase_index] = polygon
                if code == "lv_endo":
                    volumes[frame.phase_index] += _area(polygon)
    chosen = (max(volumes, key=lambda p: volumes[p]), min(volumes, key=lambda p: volumes[p]))
    truth = {key: polygon for key, polygon in drawn.items() if key[2] in chosen}
    return Heart(f"phantom {seed}", files, truth)


def _sunnybrook(folder: Path, shared: Path, name: str) -> Heart:
    """Its files at some phases; endocardium by experts at ED and ES, epicardium at ED."""
    places, kept = {}, folder / name
    kept.mkdir()
    with zipfile.ZipFile(shared / "sunnybrook" / f"{REAL[name]}.zip") as archive:
        by_place: dict[float, list[tuple[float, str, int]]] = defaultdict(list)
        for entry in archive.namelist():
            if entry.endswith(".dcm"):
                header = dcmread(io.BytesIO(archive.read(entry)), stop_before_pixels=True)
                at = (float(header.TriggerTime), entry, int(header.InstanceNumber))
                by_place[_along_normal(header)].append(at)
        for s, height in enumerate(sorted(by_place)):
            for p, (_, entry, number) in enumerate(sorted(by_place[height])):
                if p in KEPT_PHASES:
                    places[number] = (s, KEPT_PHASES.index(p))
                    (kept / f"{number:04d}.dcm").write_bytes(archive.read(entry))
    truth: dict[Cell, Polygon] = {}
    for path in (shared / "sunnybrook" / name).rglob("*contour*.txt"):
        found = named(path.name)
        if found is None or found[1] not in STRUCTURES:
            continue
        points = np.asarray(polygon_of(path.read_bytes()))
        polygon = [[round(float(x), 3), round(float(y), 3)] for x, y in points[::2]]
        truth[str(STRUCTURES[found[1]]), *places[found[0]]] = polygon
    return Heart(name, kept, truth, is_real=True)


def _along_normal(header: Dataset) -> float:
    across = np.array(header.ImageOrientationPatient, dtype=float)
    normal = np.cross(across[:3], across[3:])
    return round(float(normal @ np.array(header.ImagePositionPatient, dtype=float)), 2)


def _area(polygon: Polygon) -> float:
    x, y = np.array(polygon).T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def scaled(polygon: Polygon, by: float) -> Polygon:
    """About the middle of its points: another reader's hand."""
    points = np.array(polygon)
    middle = points.mean(axis=0)
    return [[round(float(x), 3), round(float(y), 3)] for x, y in middle + by * (points - middle)]

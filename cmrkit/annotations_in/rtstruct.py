"""RT Structure Sets (PS3.3 C.8.8.6): contours in patient millimetres, put on the frames' pixels."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from cmrkit.annotations_in.model import (
    ImportedContour,
    ImportedLabels,
    Notes,
    open_polygon,
    shown,
)
from cmrkit.annotations_in.targets import SAME_PLANE_MM, Frame, Targets
from cmrkit.annotations_in.tissues import (
    STRUCTURES,
    Mapping_,
    Tissue,
    is_ignored,
    tissue_of,
)
from cmrkit.contracts import StructureCode
from cmrkit.contracts.labels import Polygon
from cmrkit.errors import AnnotationsDoNotFit, UnreadableAnnotations

KIND = "rtstruct"
_CLOSED = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")
FrameKey = tuple[str, int]
Drawn = dict[FrameKey, dict[Tissue, list[Polygon]]]


def read_rtstruct(
    dataset: Dataset, targets: Targets, mapping: Mapping_ | None = None
) -> ImportedLabels:
    """Closed planar contours of the regions whose names are known.

    A contour is on the frame that its ContourImageSequence names, else on the frame whose plane is
    nearest, 1 mm away at most. Several contours of one region on one frame are joined by even-odd,
    which is what CLOSEDPLANAR_XOR says, what nested contours mean by custom, and what leaves a
    keyhole's channel empty. ``lv_epi`` of a region that is the wall alone is wall and cavity.

    Raises UnreadableAnnotations for a set without contours, AnnotationsDoNotFit where none lies on
    the stack.
    """
    notes, drawn = Notes(), Drawn()
    frames = targets.by_uid()
    names, references = _region_names(dataset), _references(dataset)
    n_closed = n_placed = 0
    for number, contour in _contours(dataset):
        name = names.get(number, "")
        kind = str(contour.get("ContourGeometricType", ""))
        if kind not in _CLOSED:
            notes.add("not_closed", f"{shown(name)}: {shown(kind)} encloses nothing.")
            continue
        n_closed += 1
        tissue = tissue_of(name, mapping)
        if tissue is None:
            if not is_ignored(name, mapping):
                notes.add("not_mapped", f"{shown(name)}: no structure of the protocol.")
            continue
        comparable = targets.has_reference(references.get(number) or "", or_none=True)
        frame, polygon = _placed(contour, targets, frames, notes, name, comparable)
        if frame is not None:
            n_placed += 1
            key = (frame.ref.sop_instance_uid, frame.ref.frame_number)
            drawn.setdefault(key, {}).setdefault(tissue, []).append(polygon)
    if not n_closed:
        raise UnreadableAnnotations("The structure set holds no closed contour.")
    if not n_placed and not any(n.code == "not_mapped" for n in notes.all()):
        raise AnnotationsDoNotFit("The contours lie on none of the images of this case.")
    return ImportedLabels(KIND, tuple(_structures(drawn)), notes.all())


def _region_names(dataset: Dataset) -> dict[int, str]:
    return {
        int(item.ROINumber): str(item.get("ROIName", "") or "")
        for item in dataset.get("StructureSetROISequence", None) or []
    }


def _references(dataset: Dataset) -> dict[int, str]:
    """FrameOfReferenceUID of each region."""
    return {
        int(item.ROINumber): str(item.get("ReferencedFrameOfReferenceUID", "") or "")
        for item in dataset.get("StructureSetROISequence", None) or []
    }


def _contours(dataset: Dataset) -> Iterator[tuple[int, Dataset]]:
    for region in dataset.get("ROIContourSequence", None) or []:
        for contour in region.get("ContourSequence", None) or []:
            yield int(region.ReferencedROINumber), contour


def _placed(
    contour: Dataset,
    targets: Targets,
    frames: dict[FrameKey, Frame],
    notes: Notes,
    name: str,
    comparable: bool,
) -> tuple[Frame | None, Polygon]:
    """The frame of a contour and its polygon there."""
    points = _points(contour)
    if len(points) < 3:
        notes.add("too_few_points", f"{shown(name)}: fewer than three points.")
        return None, ()
    named = _named_frames(contour, targets, frames)
    if named == []:
        notes.add("unknown_image", f"{shown(name)}: its image isn't in the stack.")
        return None, ()
    if named is None and not comparable:
        notes.add("other_place", f"{shown(name)}: drawn in another frame of reference.")
        return None, ()
    candidates = named if named is not None else list(frames.values())
    pixels_on = [(frame, frame.to_pixels(points)) for frame in candidates]
    near = [(f, p) for f, p in pixels_on if abs(p[:, 2]).max() <= SAME_PLANE_MM]
    if not near:
        notes.add("no_plane", f"{shown(name)}: no plane of the stack within {SAME_PLANE_MM:g} mm.")
        return None, ()
    closest = min(abs(p[:, 2]).max() for _, p in near)
    best = [(f, p) for f, p in near if abs(p[:, 2]).max() <= closest + 1e-6]
    if len(best) > 1:
        notes.add(
            "phase_unknown",
            f"{shown(name)}: nothing says which of the phases at that plane it is of.",
        )
        return None, ()
    frame, pixels = best[0]
    return frame, open_polygon((float(x), float(y)) for x, y, _ in pixels)


def _named_frames(
    contour: Dataset, targets: Targets, frames: dict[FrameKey, Frame]
) -> list[Frame] | None:
    """Frames that the contour refers to; None where it refers to nothing."""
    items = contour.get("ContourImageSequence", None) or []
    if not items:
        return None
    found = []
    for item in items:
        for number in _numbers(item.get("ReferencedFrameNumber")):
            frame = frames.get(targets.named(str(item.ReferencedSOPInstanceUID), number))
            if frame is not None:
                found.append(frame)
    return found


def _numbers(value: Any) -> list[int]:
    if value in (None, ""):
        return [1]
    return [int(v) for v in value] if hasattr(value, "__iter__") else [int(value)]


def _points(contour: Dataset) -> NDArray[np.float64]:
    try:
        values = [float(v) for v in contour.get("ContourData", None) or []]
    except (TypeError, ValueError) as error:
        raise UnreadableAnnotations("A contour's coordinates aren't numbers.") from error
    if len(values) % 3 or not all(math.isfinite(v) for v in values):
        raise UnreadableAnnotations("A contour's coordinates aren't triples of numbers.")
    return np.array(values, dtype=np.float64).reshape(-1, 3)


def _structures(drawn: Drawn) -> Iterator[ImportedContour]:
    """Native structures per frame. A wall and a cavity that don't overlap are, by even-odd, the
    whole within the epicardium."""
    for (uid, number), tissues in sorted(drawn.items()):
        found = {
            structure: tuple(tissues[tissue])
            for tissue, structure in STRUCTURES.items()
            if tissue in tissues
        }
        if Tissue.MYOCARDIUM in tissues and StructureCode.LV_EPI not in found:
            parts = [*tissues[Tissue.MYOCARDIUM], *tissues.get(Tissue.LV_CAVITY, [])]
            found[StructureCode.LV_EPI] = tuple(parts)
        for structure, polygons in sorted(found.items()):
            yield ImportedContour(str(structure), uid, number, polygons, "ROI")

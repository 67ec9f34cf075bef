"""DICOM Segmentation objects (PS3.3 A.51): binary, fractional and label maps, on the images they
were drawn on."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels import pixel_array
from pydicom.uid import (
    JPEG2000,
    UID,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
)

from cmrkit.annotations_in.model import ImportedContour, ImportedLabels, Notes, shown
from cmrkit.annotations_in.targets import SAME_PLANE_MM, Frame, Targets
from cmrkit.annotations_in.tissues import (
    Mapping_,
    Tissue,
    is_ignored,
    structures_of_masks,
    tissue_of,
)
from cmrkit.errors import AnnotationsDoNotFit, UnreadableAnnotations

KIND = "seg"
THRESHOLD = 0.5  # of the largest fraction: from here on a pixel belongs to the segment
_MAX_VOXELS = 1 << 29
_DECODERS: dict[str, str | None] = {
    **dict.fromkeys((JPEG2000, JPEG2000Lossless), "pylibjpeg"),
    **dict.fromkeys((JPEGLSLossless, JPEGLSNearLossless), "pyjpegls"),
    **dict.fromkeys((JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1)),
}
_SAME_DIRECTION = 1e-3
_SAME_SPACING = 1e-3  # relative
_SAME_CORNER_PX = 0.1
FrameKey = tuple[str, int]
Masks = dict[Tissue, NDArray[np.bool_]]


@dataclass(frozen=True)
class _Plane:
    """One frame of the SEG: which segment (None in a label map), what it refers to, where it is."""

    segment: int | None
    references: tuple[FrameKey, ...]
    affine: NDArray[np.float64] | None  # (column, row, distance, 1) -> LPS mm


def read_seg(dataset: Dataset, targets: Targets, mapping: Mapping_ | None = None) -> ImportedLabels:
    """Segments whose names or codes are known, as polygons that give the same masks back.

    A frame of the SEG belongs to the image it refers to (DerivationImageSequence), else to the one
    at its plane; its pixel grid must be the image's. A fractional SEG is cut at half of its largest
    value, and the report says so.

    Raises UnreadableAnnotations for a SEG without pixels or segments, AnnotationsDoNotFit where
    none of its frames lies on the stack.
    """
    notes = Notes()
    meanings = _meanings(dataset, mapping, notes)
    pixels, planes = _pixels(dataset), _planes(dataset, targets)
    if len(planes) != len(pixels):
        raise UnreadableAnnotations("The SEG has other frames than its header says.")
    frames = targets.by_uid()
    masks: dict[FrameKey, Masks] = defaultdict(dict)
    n_placed = 0
    for plane, values in zip(planes, pixels, strict=True):
        found = _segments(dataset, plane, values, notes)
        if not found:
            continue
        frame = _frame_of(plane, values.shape, targets, frames, notes)
        if frame is None:
            continue
        n_placed += 1
        key = (frame.ref.sop_instance_uid, frame.ref.frame_number)
        for segment, mask in found.items():
            tissue = meanings.get(segment)
            if tissue is not None:
                held = masks[key].get(tissue)
                masks[key][tissue] = mask if held is None else held | mask
    if not n_placed:
        raise AnnotationsDoNotFit(
            "The segmentation lies on none of the images of this case, or on another pixel grid."
        )
    return ImportedLabels(KIND, tuple(_contours(masks)), notes.all())


def _contours(masks: dict[FrameKey, Masks]) -> Iterator[ImportedContour]:
    for (uid, number), tissues in sorted(masks.items()):
        for structure, parts in structures_of_masks(tissues).items():
            yield ImportedContour(structure, uid, number, parts, "segment")


def _meanings(dataset: Dataset, mapping: Mapping_ | None, notes: Notes) -> dict[int, Tissue | None]:
    items = dataset.get("SegmentSequence", None) or []
    if not items:
        raise UnreadableAnnotations("The SEG describes no segment.")
    found: dict[int, Tissue | None] = {}
    for item in items:
        number = int(item.get("SegmentNumber", 0) or 0)
        label = str(item.get("SegmentLabel", "") or "")
        found[number] = tissue_of(label, mapping, code=_sct(item))
        background = str(dataset.get("SegmentationType", "")) == "LABELMAP" and number == 0
        if found[number] is None and not background and not is_ignored(label, mapping):
            notes.add("not_mapped", f"{shown(label)}: no structure of the protocol.")
    return found


def _sct(item: Dataset) -> str:
    codes = item.get("SegmentedPropertyTypeCodeSequence", None) or []
    if codes and str(codes[0].get("CodingSchemeDesignator", "")) == "SCT":
        return str(codes[0].get("CodeValue", ""))
    return ""


def _pixels(dataset: Dataset) -> NDArray[Any]:
    """(frame, row, column)."""
    n_frames = int(dataset.get("NumberOfFrames", 1) or 1)
    if n_frames * int(dataset.get("Rows", 0)) * int(dataset.get("Columns", 0)) > _MAX_VOXELS:
        raise UnreadableAnnotations("The SEG is larger than any of a heart.")
    try:
        syntax = UID(str(dataset.file_meta.TransferSyntaxUID))
        # never GDCM: a damaged file makes it end the process
        plugin = _DECODERS.get(syntax, "") if syntax.is_compressed else ""
        if plugin is None:
            raise UnreadableAnnotations("A SEG in JPEG can't be read. Export it uncompressed.")
        values: NDArray[Any] = pixel_array(dataset, decoding_plugin=plugin)
    except UnreadableAnnotations:
        raise
    except Exception as error:
        raise UnreadableAnnotations(
            f"The SEG's pixels can't be decoded ({type(error).__name__}). Export it again."
        ) from error
    return values[None] if values.ndim == 2 else values


def _segments(
    dataset: Dataset, plane: _Plane, values: NDArray[Any], notes: Notes
) -> dict[int, NDArray[np.bool_]]:
    """Masks of one frame by segment number; empty ones are left out."""
    kind = str(dataset.get("SegmentationType", "BINARY"))
    if kind == "LABELMAP":
        return {n: values == n for n in np.unique(values).tolist() if n}
    mask = values != 0
    if kind == "FRACTIONAL":
        largest = float(dataset.get("MaximumFractionalValue", 255) or 255)
        mask = values >= THRESHOLD * largest
        if bool(((values > 0) & (values < largest)).any()):
            notes.add("threshold", f"A fraction of {THRESHOLD:g} or more counts as inside.")
    return {plane.segment or 0: mask} if mask.any() else {}


def _planes(dataset: Dataset, targets: Targets) -> list[_Plane]:
    shared = _first(dataset.get("SharedFunctionalGroupsSequence", None))
    per_frame = dataset.get("PerFrameFunctionalGroupsSequence", None) or []
    return [_plane(own, shared, targets) for own in per_frame]


def _plane(own: Dataset, shared: Dataset, targets: Targets) -> _Plane:
    segment = _group(own, shared, "SegmentIdentificationSequence").get("ReferencedSegmentNumber")
    references = []
    derivations = own.get("DerivationImageSequence") or shared.get("DerivationImageSequence") or []
    for derivation in derivations:
        for item in derivation.get("SourceImageSequence", None) or []:
            number = item.get("ReferencedFrameNumber") or 1
            numbers = number if hasattr(number, "__iter__") else [number]
            uid = str(item.get("ReferencedSOPInstanceUID", ""))
            references += [targets.named(uid, int(n)) for n in numbers]
    return _Plane(
        segment=None if segment is None else int(segment),
        references=tuple(references),
        affine=_affine(own, shared),
    )


def _affine(own: Dataset, shared: Dataset) -> NDArray[np.float64] | None:
    position = _group(own, shared, "PlanePositionSequence").get("ImagePositionPatient")
    orientation = _group(own, shared, "PlaneOrientationSequence").get("ImageOrientationPatient")
    spacing = _group(own, shared, "PixelMeasuresSequence").get("PixelSpacing")
    if not position or not orientation or not spacing:
        return None
    row, column = np.array(orientation[:3], float), np.array(orientation[3:], float)
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1] = row * float(spacing[1]), column * float(spacing[0])
    affine[:3, 2], affine[:3, 3] = np.cross(row, column), np.array(position, float)
    return affine if np.isfinite(affine).all() else None


def _frame_of(
    plane: _Plane,
    shape: tuple[int, ...],
    targets: Targets,
    frames: dict[FrameKey, Frame],
    notes: Notes,
) -> Frame | None:
    """The image frame of a SEG frame; notes why there is none."""
    if tuple(shape) != targets.shape:
        notes.add("other_grid", "Frames of another number of rows or columns than the images.")
        return None
    candidates = [frames[key] for key in plane.references if key in frames]
    if plane.references and not candidates:
        notes.add("unknown_image", "Frames that refer to images which aren't in the stack.")
        return None
    if plane.affine is None:
        if len(candidates) == 1:
            return candidates[0]
        notes.add("no_place", "Frames that tell neither an image nor a place.")
        return None
    on_grid = [f for f in candidates or frames.values() if _same_grid(f.affine, plane.affine)]
    if not on_grid:
        notes.add("other_grid", "Frames whose pixels lie elsewhere than those of the images.")
    elif len(on_grid) > 1:
        notes.add("phase_unknown", "Frames that don't say which of the phases they are of.")
    return on_grid[0] if len(on_grid) == 1 else None


def _same_grid(image: NDArray[np.float64], seg: NDArray[np.float64]) -> bool:
    lengths = np.linalg.norm(image[:3, :2], axis=0)
    theirs = np.linalg.norm(seg[:3, :2], axis=0)
    if (abs(theirs / lengths - 1) > _SAME_SPACING).any():
        return False
    if abs(image[:3, :2] / lengths - seg[:3, :2] / theirs).max() > _SAME_DIRECTION:
        return False
    corner = np.linalg.inv(image) @ seg[:, 3]
    return bool(abs(corner[:2]).max() <= _SAME_CORNER_PX and abs(corner[2]) <= SAME_PLANE_MM)


def _group(own: Dataset, shared: Dataset, name: str) -> Dataset:
    return _first(own.get(name, None)) or _first(shared.get(name, None))


def _first(sequence: Any) -> Dataset:
    return sequence[0] if sequence else Dataset()

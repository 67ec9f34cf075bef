"""All labelled phases of a cine in one DICOM Segmentation: slice × time, with indices for both.

Frames of different phases lie at one place, so that a position alone doesn't tell them apart. Here
the time is a dimension of its own: TemporalPositionIndex in the frame content (PS3.3 C.7.6.16.2.2),
an index value for it in every frame (C.7.6.17), the phase's time (Temporal Position Macro,
C.7.6.16.2.21) where it is known, and the instance that the frame was drawn on.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from highdicom.seg import Segmentation
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.utils import pack_bits
from pydicom.tag import Tag
from pydicom.valuerep import DSfloat

from cmrkit.contracts import StackLabels, StackMeta
from cmrkit.errors import UnsupportedInput
from cmrkit.writers.dicom_seg import SegAbout, write_segmentation
from cmrkit.writers.referring import decimals, reference_to, referenced_series, uid_of

_POSITION = Tag("ImagePositionPatient")
_SEGMENT = Tag("ReferencedSegmentNumber")


def write_cine_segmentation(
    meta: StackMeta,
    labels: StackLabels,
    phases: Sequence[int],
    sources: Mapping[str, Dataset],
    about: SegAbout,
) -> Segmentation:
    """One binary SEG of several phases; each phase's segments, pixels, planes and references are
    those of :func:`write_segmentation`.

    ``phases`` count from 0 in the stack; ``sources`` has their instances. Dimensions, slowest
    first: segment, time, position. In every frame TemporalPositionIndex is the phase counted from
    1 **in the cine**, which stays right where only some phases are labelled; the index value of
    the time dimension counts the phases that are in the object, from 1 and without gaps.

    Raises what :func:`write_segmentation` raises, and UnsupportedInput without a phase.
    """
    wanted = sorted(set(phases))
    if not wanted:
        raise UnsupportedInput("A segmentation over time needs at least one phase.")
    parts = [write_segmentation(meta, labels, phase, sources, about) for phase in wanted]
    made, named = parts[0], f"{about.name}|cine|{wanted}"
    frames, planes = _sorted_frames(meta, parts, wanted)
    made.PerFrameFunctionalGroupsSequence = frames
    made.NumberOfFrames = len(frames)
    made.PixelData = pack_bits(np.stack(planes).astype(np.uint8))
    if len(made.PixelData) % 2:
        made.PixelData += b"\0"
    used = _sources_of(frames, sources)
    made.ReferencedSeriesSequence = referenced_series(used)
    made.SourceImageSequence = [reference_to(source) for source in used]
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = uid_of(named)
    made.InstanceNumber = meta.n_phases + 1  # after those of single phases, in the same series
    made.SeriesDescription = "Accord reference, all labelled phases"
    _describe_dimensions(made, uid_of(f"{named}|dimensions"))
    return made


def _sorted_frames(
    meta: StackMeta, parts: list[Segmentation], phases: list[int]
) -> tuple[list[Dataset], list[NDArray[np.uint8]]]:
    """Frames and their pixels by segment, time, position, indexed anew."""
    order = _position_order(meta)
    rows = []
    for rank, (part, phase) in enumerate(zip(parts, phases, strict=True), start=1):
        pixels = np.asarray(part.pixel_array).reshape(-1, meta.rows, meta.columns)
        for frame, plane in zip(part.PerFrameFunctionalGroupsSequence, pixels, strict=True):
            segment = int(frame.SegmentIdentificationSequence[0].ReferencedSegmentNumber)
            slice_index = order[_place(frame)]
            rows.append(((segment, rank, slice_index), phase, frame, plane))
    rows.sort(key=lambda row: row[0])
    used = {s: n for n, s in enumerate(sorted({key[2] for key, *_ in rows}), start=1)}
    for (segment, rank, slice_index), phase, frame, _ in rows:
        content = frame.FrameContentSequence[0]
        content.DimensionIndexValues = [segment, rank, used[slice_index]]
        content.TemporalPositionIndex = phase + 1
        content.InStackPositionNumber, content.StackID = used[slice_index], "1"
        _add_time(frame, meta, slice_index, phase)
    return [row[2] for row in rows], [row[3] for row in rows]


def _place(frame: Dataset) -> tuple[str, ...]:
    return tuple(str(v) for v in frame.PlanePositionSequence[0].ImagePositionPatient)


def _position_order(meta: StackMeta) -> dict[tuple[str, ...], int]:
    """Slice by its position as single-phase SEGs write it."""
    return {
        tuple(str(DSfloat(text)) for text in decimals(position)): s
        for s, position in enumerate(meta.slice_positions_mm)
    }


def _add_time(frame: Dataset, meta: StackMeta, slice_index: int, phase: int) -> None:
    """Seconds after the R wave, as far as the images say."""
    time_ms = meta.trigger_times_ms[slice_index][phase] if meta.trigger_times_ms else None
    if time_ms is None:
        return
    item = Dataset()
    item.TemporalPositionTimeOffset = time_ms / 1000.0
    frame.TemporalPositionSequence = [item]


def _sources_of(frames: list[Dataset], sources: Mapping[str, Dataset]) -> list[Dataset]:
    uids = {
        str(item.ReferencedSOPInstanceUID): None
        for frame in frames
        for derivation in frame.DerivationImageSequence
        for item in derivation.SourceImageSequence
    }
    return [sources[uid] for uid in uids]


def _describe_dimensions(made: Segmentation, organisation: str) -> None:
    kept = {item.DimensionIndexPointer: item for item in made.DimensionIndexSequence}
    time = Dataset()
    time.DimensionIndexPointer = Tag("TemporalPositionIndex")
    time.FunctionalGroupPointer = Tag("FrameContentSequence")
    time.DimensionDescriptionLabel = "Phase"
    made.DimensionIndexSequence = [kept[_SEGMENT], time, kept[_POSITION]]
    for item in (*made.DimensionOrganizationSequence, *made.DimensionIndexSequence):
        item.DimensionOrganizationUID = organisation

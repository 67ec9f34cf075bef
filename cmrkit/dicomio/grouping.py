"""Which frames of a study belong to one acquisition."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cmrkit.contracts.kinds import Component
from cmrkit.dicomio.placed import PlacedFrame
from cmrkit.dicomio.words import acquisition_name, family_name, says, tidy

_SAME_DIRECTION = 0.01  # of each direction cosine: 0.6 degrees
_LINES_PER_SHOT = re.compile(r"_\d+$")  # Siemens' *tfi2d1_15: 15 may follow the heart rate
_COMPUTED = r"(?:t[12] ?map\w*|map|ecv\w*|param\w*)"
Key = tuple[object, ...]


@dataclass(frozen=True)
class Group:
    """``key`` is the same for the frames of one acquisition and signal; ``family`` also for the
    magnitude, phase and velocity images that were acquired together; ``plane`` for all frames
    that differ in matrix and spacing alone."""

    key: Key
    family: Key
    plane: Key
    frames: tuple[PlacedFrame, ...]


def group_frames(frames: Sequence[PlacedFrame], *, reference_shared: bool) -> list[Group]:
    """Groups in an order, and with frames in an order, that don't hang on the order of ``frames``.

    Frames belong together when these agree: study, frame of reference (where it is shared),
    matrix, pixel spacing (0.001 mm), direction cosines (0.01), the description without numbers of
    slices and repeats, sequence, ImageType, signal with velocity direction, and of maps the kind
    of map that the comment names. Echo, inversion and trigger times don't separate: they may be
    the time axis.
    """
    ordered = sorted(frames, key=_stable)
    planes = _directions(ordered)
    per_header: dict[str, tuple[Key, str]] = {}
    found: dict[Key, list[PlacedFrame]] = defaultdict(list)
    wider: dict[Key, tuple[Key, Key]] = {}
    for frame in ordered:
        uid = frame.header.sop_instance_uid
        if uid not in per_header:
            per_header[uid] = _sequence(frame)
        sequence, family = per_header[uid]
        reference = str(frame.header.value("00200052", "") or "") if reference_shared else ""
        where = (frame.header.study_uid, reference, planes[_orientation(frame)])
        matrix = (
            frame.header.rows,
            frame.header.columns,
            *(round(v, 3) for v in frame.pixel_spacing_mm),
        )
        kind = (*sequence, frame.image_type[2:], *_signal(frame))
        key = (where, matrix, kind)
        found[key].append(frame)
        if key not in wider:
            wider[key] = (
                (where, matrix, family),
                (where, kind, frame.header.series_uid),
            )
    return [Group(key, *wider[key], tuple(group)) for key, group in found.items()]


def _stable(frame: PlacedFrame) -> tuple[float, str, float, str, int]:
    header = frame.header
    return (
        frame.series_number,
        header.series_uid,
        frame.order,
        header.sop_instance_uid,
        frame.frame_number,
    )


def _orientation(frame: PlacedFrame) -> tuple[float, ...]:
    return tuple(round(v, 4) + 0.0 for v in (*frame.row_direction, *frame.column_direction))


def _directions(frames: Sequence[PlacedFrame]) -> dict[tuple[float, ...], tuple[float, ...]]:
    """Each orientation -> the one that stands for it: the first (in a fixed order) whose
    direction cosines all lie within 0.01."""
    unique = sorted({_orientation(f) for f in frames})
    chosen = np.empty((len(unique), 6))
    n = 0
    stands: dict[tuple[float, ...], tuple[float, ...]] = {}
    for orientation in unique:
        # sorted by the first cosine: those that stand so far are too, and only the last are near
        begin = int(np.searchsorted(chosen[:n, 0], orientation[0] - _SAME_DIRECTION))
        apart = np.abs(chosen[begin:n] - orientation).max(axis=1, initial=0)
        near = np.flatnonzero(apart <= _SAME_DIRECTION)
        if near.size:
            index = begin + int(near[0])
        else:
            chosen[n], index, n = orientation, n, n + 1
        stands[orientation] = tuple(round(float(v), 2) + 0.0 for v in chosen[index])
    return stands


def _sequence(frame: PlacedFrame) -> tuple[Key, str]:
    """What names and sequence tags say of an acquisition, and its family."""
    header = frame.header
    described = str(header.value("0008103E", "") or "")
    name = str(header.value("00180024") or header.value("00189005") or "")
    sequence = (
        acquisition_name(described),
        _LINES_PER_SHOT.sub("", name) if "_v" not in name else name,
        tuple(str(v) for v in header.values("00180020")),
        tuple(str(v) for v in header.values("00180021")),
        str(header.value("00180023", "") or ""),
    )
    return sequence, family_name(described) or family_name(str(header.value("00181030", "") or ""))


def _signal(frame: PlacedFrame) -> Key:
    signal = frame.signal
    return (
        signal.component.value,
        signal.direction,
        round(signal.venc_cm_s) if signal.venc_cm_s else None,
        _map_name(frame),
    )


def _map_name(frame: PlacedFrame) -> str:
    """The comment's words, where the frame is a map: a series may hold a map, its colours, its
    errors. Digits differ between slices and say nothing."""
    described = str(frame.header.value("0008103E", "") or "")
    named = frame.signal.component is Component.MAP or says(_COMPUTED, described)
    if not named or frame.inversion_ms is not None or not frame.comment:
        return ""
    if says(r"fit ?param\w*", described):
        return ""  # many kinds of number: they stay together, in the scanner's order
    return re.sub(r"\d+", "", tidy(frame.comment))

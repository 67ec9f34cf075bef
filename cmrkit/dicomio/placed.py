"""One frame of MR, placed in space and in time."""

import math
import re
from dataclasses import dataclass

from cmrkit.contracts.stack import Vector3
from cmrkit.dicomio.assumed import assumptions
from cmrkit.dicomio.header import InstanceHeader
from cmrkit.dicomio.levels import Levels, first_item
from cmrkit.dicomio.signal import Signal, image_type, signal_of

_MS_PER_DAY = 86_400_000.0
# raw data, registrations, fiducials, segmentations of any kind (PS3.6 A)
_DERIVED_OBJECTS = "1.2.840.10008.5.1.4.1.1.66"
_MAX_RR_MS, _MIN_RR_MS = 3000.0, 250.0  # 20 to 240 beats per minute
_TI_COMMENT = re.compile(r"\bTI(?:eff)?\s*[=:]?\s*(\d+(?:\.\d+)?)\s*ms", re.I)
_T2_PREPARATION = re.compile(r"T2[ _-]?prep\D{0,24}?(\d+(?:\.\d+)?)\s*ms", re.I)


@dataclass(frozen=True)
class PlacedFrame:
    """Geometry in LPS mm, times in ms. ``frame_number`` counts from 1; ``acquired_ms`` counts from
    midnight; ``order`` is the number that the scanner gave, where a time is missing."""

    header: InstanceHeader
    frame_number: int
    position_mm: Vector3
    row_direction: Vector3
    column_direction: Vector3
    pixel_spacing_mm: tuple[float, float]
    thickness_mm: float | None
    trigger_ms: float | None
    rr_ms: float | None
    inversion_ms: float | None
    echo_ms: float | None
    t2_preparation_ms: float | None
    acquired_ms: float | None
    temporal: float | None
    signal: Signal
    image_type: tuple[str, ...]
    comment: str
    series_number: float
    order: float
    assumed: frozenset[str] = frozenset()  # what the file itself says is assumed

    @property
    def recency(self) -> tuple[float, float, str, float, str, int]:
        """Later acquisitions sort later; the identifiers at the end make the order total."""
        header = self.header
        return (
            self.acquired_ms or 0.0,
            self.series_number,
            header.series_uid,
            self.order,
            header.sop_instance_uid,
            self.frame_number,
        )


def placed_frames(header: InstanceHeader) -> list[PlacedFrame]:
    """The frames of one instance; empty where it is no MR image, and where it has no pixels or no
    place in the patient."""
    if not header.n_frames or header.rows is None or header.columns is None:
        return []
    if not _is_image(header):
        return []
    shared = first_item(header.metadata, "52009229")
    per_frame = header.metadata.get("52009230", {}).get("Value") or []
    frames = []
    for index in range(header.n_frames):
        own = per_frame[index] if index < len(per_frame) else None
        levels = Levels(own if isinstance(own, dict) else {}, shared, header.metadata)
        frame = _placed(header, index, levels)
        if frame is not None:
            frames.append(frame)
    return frames


def _is_image(header: InstanceHeader) -> bool:
    """A segmentation has pixels and a place too, and the name of what was segmented."""
    return header.modality == "MR" and not header.sop_class_uid.startswith(_DERIVED_OBJECTS)


def _placed(header: InstanceHeader, index: int, levels: Levels) -> PlacedFrame | None:
    position = levels.numbers("00209113", "00200032")
    orientation = levels.numbers("00209116", "00200037")
    spacing = levels.numbers("00289110", "00280030")
    if len(position) != 3 or len(orientation) != 6 or len(spacing) != 2 or min(spacing) <= 0:
        return None
    types = image_type(levels)
    comment = levels.text("00209111", "00209158", "00204000")
    return PlacedFrame(
        header=header,
        frame_number=index + 1,
        position_mm=(position[0], position[1], position[2]),
        row_direction=(orientation[0], orientation[1], orientation[2]),
        column_direction=(orientation[3], orientation[4], orientation[5]),
        pixel_spacing_mm=(spacing[0], spacing[1]),
        thickness_mm=_positive(levels.number("00289110", "00180050")),
        trigger_ms=levels.number("00189118", "00209153", "00181060", "00209252"),
        rr_ms=_rr(levels),
        inversion_ms=_inversion(levels, comment),
        echo_ms=_positive(levels.number("00189114", "00189082", "00180081")),
        t2_preparation_ms=_from_comment(_T2_PREPARATION, comment),
        acquired_ms=_acquired(levels),
        temporal=levels.number("00209111", "00209128", "00200100"),
        signal=signal_of(levels, types),
        image_type=types,
        comment=comment,
        series_number=levels.number("", "00200011") or 0.0,
        order=(levels.number("", "00200013") or 0.0) * 100_000 + index,
        assumed=assumptions(header.metadata),
    )


def _rr(levels: Levels) -> float | None:
    """RR interval: as stated, else of the heart rate; None where no heart beats like that."""
    for tag in ("00209251", "00181062", "00189070"):
        stated = levels.number("00189118", tag)
        if stated is not None and _MIN_RR_MS <= stated <= _MAX_RR_MS:
            return stated
    rate = levels.number("", "00181088")
    if rate and _MIN_RR_MS <= 60_000 / rate <= _MAX_RR_MS:
        return 60_000 / rate
    return None


def _inversion(levels: Levels, comment: str) -> float | None:
    """The effective time that the comment names counts more than the nominal one."""
    return _from_comment(_TI_COMMENT, comment) or _positive(
        levels.number("00189115", "00189079", "00180082")
    )


def _from_comment(pattern: re.Pattern[str], comment: str) -> float | None:
    match = pattern.search(comment)
    return float(match[1]) if match else None


def _acquired(levels: Levels) -> float | None:
    """Milliseconds since midnight. Content time stands in only where no acquisition time is."""
    stamp = levels.text("00209111", "00189074", "0008002A")
    text = stamp[8:] if len(stamp) > 8 else levels.text("", "00080032", "00080033")
    match = re.match(r"(\d\d)(\d\d)(\d\d(?:\.\d+)?)", text)
    if match is None:
        return None
    return (int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3])) * 1000 % _MS_PER_DAY


def _positive(value: float | None) -> float | None:
    return value if value is not None and value > 0 and math.isfinite(value) else None

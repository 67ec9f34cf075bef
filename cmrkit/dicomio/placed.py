"""One frame of MR, placed in space and in the cardiac cycle."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cmrkit.contracts.stack import Vector3
from cmrkit.dicomio.assumed import assumptions
from cmrkit.dicomio.header import InstanceHeader


@dataclass(frozen=True)
class PlacedFrame:
    """Geometry in LPS mm, times in ms. ``frame_number`` counts from 1."""

    header: InstanceHeader
    frame_number: int
    position_mm: Vector3
    row_direction: Vector3
    column_direction: Vector3
    pixel_spacing_mm: tuple[float, float]
    thickness_mm: float | None
    trigger_ms: float | None
    rr_ms: float | None
    order: float  # instance or temporal position number, where a time is missing
    assumed: frozenset[str] = frozenset()  # what the file itself says is assumed


def placed_frames(header: InstanceHeader) -> list[PlacedFrame]:
    """The frames of one instance; empty where it has no pixels or no place in the patient."""
    if not header.n_frames or header.rows is None or header.columns is None:
        return []
    shared = _first(header.metadata, "52009229")
    per_frame = header.metadata.get("52009230", {}).get("Value") or []
    frames = []
    for index in range(header.n_frames):
        own = per_frame[index] if index < len(per_frame) else {}
        frame = _placed(header, index, [own, shared, header.metadata])
        if frame is not None:
            frames.append(frame)
    return frames


def _placed(header: InstanceHeader, index: int, levels: list[dict[str, Any]]) -> PlacedFrame | None:
    position = _numbers(levels, "00209113", "00200032")
    orientation = _numbers(levels, "00209116", "00200037")
    spacing = _numbers(levels, "00289110", "00280030")
    if len(position) != 3 or len(orientation) != 6 or len(spacing) != 2 or min(spacing) <= 0:
        return None
    if not np.isfinite([*position, *orientation]).all():
        return None
    thickness = _numbers(levels, "00289110", "00180050")
    trigger = _numbers(levels, "00189118", "00209153") or _numbers(levels, "00189118", "00181060")
    rr = _numbers(levels, "00189118", "00209251") or _numbers(levels, "00189118", "00181062")
    number = header.value("00200013")
    return PlacedFrame(
        header=header,
        frame_number=index + 1,
        position_mm=(position[0], position[1], position[2]),
        row_direction=(orientation[0], orientation[1], orientation[2]),
        column_direction=(orientation[3], orientation[4], orientation[5]),
        pixel_spacing_mm=(spacing[0], spacing[1]),
        thickness_mm=thickness[0] if thickness else None,
        trigger_ms=trigger[0] if trigger else None,
        rr_ms=rr[0] if rr and rr[0] > 0 else None,
        order=float(number or 0) * 10_000 + index,
        assumed=assumptions(header.metadata),
    )


def _first(metadata: dict[str, Any], tag: str) -> dict[str, Any]:
    values = metadata.get(tag, {}).get("Value") or [{}]
    return values[0] or {}


def _numbers(levels: list[dict[str, Any]], macro: str, tag: str) -> list[float]:
    """The tag inside the functional group ``macro`` of the frame, else of all frames, else at the
    top of the instance; empty where it is absent or not a number."""
    candidates = [_first(level, macro).get(tag) for level in levels[:-1]] + [levels[-1].get(tag)]
    for entry in candidates:
        values = (entry or {}).get("Value")
        if values:
            try:
                return [float(v) for v in values]
            except (TypeError, ValueError):
                return []
    return []

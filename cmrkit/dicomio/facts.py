"""What the header says of a stack, gathered once for the rules that tell its kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cmrkit.contracts.kinds import Component, TimeAxis
from cmrkit.dicomio.assumed import CONVERTER
from cmrkit.dicomio.levels import numbers
from cmrkit.dicomio.placed import PlacedFrame


@dataclass(frozen=True)
class Facts:
    """Capitals for coded values; times in ms, lengths in mm. ``orientations`` counts the
    different planes of the stack's series, ``n_times`` the places along the time axis."""

    description: str
    protocol: str
    comment: str
    sequence_name: str
    scanning: frozenset[str]
    variants: frozenset[str]
    image_type: tuple[str, ...]
    contrast_of: str  # the standard's AcquisitionContrast
    component: Component
    has_venc: bool
    three_d: bool
    gated: bool
    computed: bool  # no echo or repetition time, or a colour table: not a measured image
    unit: str
    agent: bool  # a contrast agent is named
    stated: bool  # made from a volume: its name is what a person said it is
    axis: TimeAxis
    n_slices: int
    n_times: int
    inversion_ms: tuple[float, ...]
    echo_ms: tuple[float, ...]
    spacing_mm: float
    pixel_mm: float
    orientations: int
    normal: tuple[float, float, float]


def gather(
    frames: Sequence[PlacedFrame],
    axis: TimeAxis,
    shape: tuple[int, int],
    spacing_mm: float,
    orientations: int,
    normal: np.ndarray,
) -> Facts:
    """``frames`` of one group, in its fixed order; ``shape`` is slices × times."""
    first = frames[0]
    value = first.header.value
    return Facts(
        description=_text(value("0008103E")),
        protocol=_text(value("00181030")),
        comment=first.comment,
        sequence_name=_text(value("00180024") or value("00189005")).lower(),
        scanning=_codes(first, "00180020") | _enhanced_scanning(first),
        variants=_codes(first, "00180021"),
        image_type=first.image_type,
        contrast_of=_text(value("00089209")).upper(),
        component=first.signal.component,
        has_venc=bool(first.signal.venc_cm_s),
        three_d=_text(value("00180023")).upper() == "3D",
        gated=_gated(first),
        computed=_computed(first),
        unit=_unit(first),
        agent=bool(_text(value("00180010"))) or "00180012" in first.header.metadata,
        stated=value("00080070") == CONVERTER,
        axis=axis,
        n_slices=shape[0],
        n_times=shape[1],
        inversion_ms=_distinct(f.inversion_ms for f in frames),
        echo_ms=_distinct(f.echo_ms for f in frames),
        spacing_mm=spacing_mm,
        pixel_mm=max(first.pixel_spacing_mm),
        orientations=orientations,
        normal=(float(normal[0]), float(normal[1]), float(normal[2])),
    )


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, dict) else str(value)


def _codes(frame: PlacedFrame, tag: str) -> frozenset[str]:
    return frozenset(_text(v).upper() for v in frame.header.values(tag))


def _enhanced_scanning(frame: PlacedFrame) -> frozenset[str]:
    """EchoPulseSequence and InversionRecovery of multi-frame files, in the classic words."""
    echo = _text(frame.header.value("00189008")).upper()
    found = {"SPIN": {"SE"}, "GRADIENT": {"GR"}, "BOTH": {"SE", "GR"}}.get(echo, set())
    return frozenset(found | ({"IR"} if frame.inversion_ms else set())) if echo else frozenset()


def _gated(frame: PlacedFrame) -> bool:
    options = {_text(v).upper() for v in frame.header.values("00180022")}
    return (
        frame.rr_ms is not None
        or frame.trigger_ms is not None
        or bool(options & {"CG", "CT", "PPG", "CARDIAC_GATING"})
        or _text(frame.header.value("00189085")).upper() not in ("", "NONE")
    )


def _computed(frame: PlacedFrame) -> bool:
    header = frame.header
    if "00281101" in header.metadata:
        return True
    classic = "52009230" not in header.metadata and "52009229" not in header.metadata
    named = "00180081" in header.metadata and "00180080" in header.metadata
    return classic and named and frame.echo_ms is None and not numbers(header.values("00180080"))


def _unit(frame: PlacedFrame) -> str:
    """Of real world values, else of RescaleType; lower case."""
    mapped = frame.header.value("00409096")
    if isinstance(mapped, dict):
        unit = (mapped.get("004008EA", {}).get("Value") or [{}])[0] or {}
        code = (unit.get("00080100", {}).get("Value") or [""])[0]
        if code:
            return str(code).lower()
    return _text(frame.header.value("00281054")).lower()


def _distinct(values: Any) -> tuple[float, ...]:
    return tuple(sorted({round(v, 1) for v in values if v is not None}))

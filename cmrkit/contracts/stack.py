"""What a worker has to know about a stack besides its pixels."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from cmrkit.contracts.kinds import Component, Condition, TimeAxis
from cmrkit.errors import ContractViolation

Vector3 = tuple[float, float, float]


@dataclass(frozen=True)
class FrameRef:
    """One frame of one stored instance; ``frame_number`` counts from 1, as DICOM does."""

    sop_instance_uid: str
    frame_number: int


@dataclass(frozen=True)
class StackMeta:
    """Geometry and timing of a stack of ``n_slices`` × ``n_phases`` frames.

    Slices are ordered along the stack normal (cross product of the row and column direction
    cosines); phases by time within the cardiac cycle. All lengths are millimetres in the DICOM
    patient frame (LPS), all times milliseconds.

    ``frames[slice][phase]`` is ``None`` where the stack has a hole. ``pixel_spacing_mm`` is
    (between rows, between columns), as DICOM PixelSpacing. ``slice_spacing_mm`` is the distance
    between neighbouring slice planes (not SliceThickness). ``spacing_assumed`` marks volumes
    whose source gave no spacing: every millimetre or millilitre from them must be labelled.

    ``time_axis`` (:class:`TimeAxis`) says what the second index counts: for most kinds it is not
    the cardiac phase. ``times_ms[slice][phase]`` is the frame's value on that axis; it is empty in
    descriptions written before there were other axes, whose axis is the trigger time.
    """

    n_slices: int
    n_phases: int
    rows: int
    columns: int
    pixel_spacing_mm: tuple[float, float]
    slice_spacing_mm: float
    slice_thickness_mm: float | None
    row_direction: Vector3
    column_direction: Vector3
    slice_positions_mm: tuple[Vector3, ...]
    frame_of_reference_uid: str
    trigger_times_ms: tuple[tuple[float | None, ...], ...]
    rr_interval_ms: float | None
    frames: tuple[tuple[FrameRef | None, ...], ...]
    sequence_kind: str = "cine"
    view: str = "SAX"
    spacing_assumed: bool = False
    time_axis: str = TimeAxis.CARDIAC_PHASE.value
    times_ms: tuple[tuple[float | None, ...], ...] = ()
    component: str = Component.UNKNOWN.value
    condition: str = Condition.UNKNOWN.value
    velocity_direction: str = ""
    velocity_encoding_cm_s: float | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON-ready dict; inverse of :meth:`from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Rebuild from :meth:`to_json`; raises ContractViolation when a field is missing."""
        try:
            return cls(
                n_slices=int(data["n_slices"]),
                n_phases=int(data["n_phases"]),
                rows=int(data["rows"]),
                columns=int(data["columns"]),
                pixel_spacing_mm=(
                    float(data["pixel_spacing_mm"][0]),
                    float(data["pixel_spacing_mm"][1]),
                ),
                slice_spacing_mm=float(data["slice_spacing_mm"]),
                slice_thickness_mm=_optional_float(data["slice_thickness_mm"]),
                row_direction=_vector(data["row_direction"]),
                column_direction=_vector(data["column_direction"]),
                slice_positions_mm=tuple(_vector(p) for p in data["slice_positions_mm"]),
                frame_of_reference_uid=str(data["frame_of_reference_uid"]),
                trigger_times_ms=_times(data["trigger_times_ms"]),
                rr_interval_ms=_optional_float(data["rr_interval_ms"]),
                frames=tuple(
                    tuple(None if f is None else FrameRef(**f) for f in row)
                    for row in data["frames"]
                ),
                sequence_kind=str(data.get("sequence_kind", "cine")),
                view=str(data.get("view", "SAX")),
                spacing_assumed=bool(data.get("spacing_assumed", False)),
                time_axis=str(data.get("time_axis", TimeAxis.CARDIAC_PHASE.value)),
                times_ms=_times(data.get("times_ms", ())),
                component=str(data.get("component", Component.UNKNOWN.value)),
                condition=str(data.get("condition", Condition.UNKNOWN.value)),
                velocity_direction=str(data.get("velocity_direction", "")),
                velocity_encoding_cm_s=_optional_float(data.get("velocity_encoding_cm_s")),
            )
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise ContractViolation(f"Stack description is incomplete: {error!r}.") from error


def _vector(values: Any) -> Vector3:
    x, y, z = (float(v) for v in values)
    return (x, y, z)


def _times(rows: Any) -> tuple[tuple[float | None, ...], ...]:
    return tuple(tuple(_optional_float(t) for t in row) for row in rows)


def _optional_float(value: Any) -> float | None:
    return None if value is None else float(value)

"""Synthetic MR headers that mimic what vendors write, without pixels. None came from a scanner."""

from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from cmrkit.dicomio import InstanceHeader

STUDY = "2.25.9000"
LONG_AXIS = np.array([0.65, -0.55, -0.52]) / np.linalg.norm([0.65, -0.55, -0.52])
AXIAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
CORONAL = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0))
SAGITTAL = ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0))
Plane = tuple[tuple[float, ...], tuple[float, ...]]


def short_axis_plane() -> Plane:
    lateral = np.cross([0.0, 0.0, 1.0], LONG_AXIS)
    lateral /= np.linalg.norm(lateral)
    return tuple(lateral), tuple(-np.cross(LONG_AXIS, lateral))


def long_axis_plane(degrees: float) -> Plane:
    """The plane that holds the long axis, turned from the horizontal towards the front."""
    lateral = np.cross([0.0, 0.0, 1.0], LONG_AXIS)
    lateral /= np.linalg.norm(lateral)
    upward = np.cross(LONG_AXIS, lateral)
    angle = np.radians(degrees)
    line = np.cos(angle) * lateral + np.sin(angle) * upward
    return tuple(line), tuple(LONG_AXIS)


class Study:
    """Collects headers; ``series`` adds one frame per slice and time."""

    def __init__(self) -> None:
        self.headers: list[InstanceHeader] = []
        self._series = 0

    def series(
        self,
        plane: Plane,
        *,
        slices: int = 1,
        spacing: float = 10.0,
        times: list[dict[str, Any]] | None = None,
        offset: float = 0.0,
        series_per_slice: bool = False,
        **tags: Any,
    ) -> list[InstanceHeader]:
        """``times`` holds the tags of each place on the time axis; ``tags`` those of all."""
        made: list[InstanceHeader] = []
        normal = np.cross(*plane)
        self._series += 1
        for s in range(slices):
            if s and series_per_slice:
                self._series += 1
            position = normal * (offset + s * spacing) - 100 * np.add(*map(np.asarray, plane))
            for own in times or [{}]:
                values = {k: v for k, v in {**tags, **own}.items() if v is not None}
                if series_per_slice and "SeriesDescription" in values:
                    values["SeriesDescription"] = f"{values['SeriesDescription']}_{s + 1}"
                number = len(made) + 1
                made.append(_header(self._series, number, plane, position, values))
        self.headers += made
        return made


def _header(
    series: int, number: int, plane: Plane, position: np.ndarray, tags: dict[str, Any]
) -> InstanceHeader:
    dataset = Dataset()
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "OTHER"]
    dataset.SliceThickness = 8
    dataset.EchoTime, dataset.RepetitionTime = 1.5, 3.1
    dataset.FrameOfReferenceUID = "2.25.77"
    dataset.ImagePositionPatient = [float(v) for v in position]
    dataset.ImageOrientationPatient = [float(v) for axis in plane for v in axis]
    dataset.PixelSpacing = [1.4, 1.4]
    dataset.SeriesNumber, dataset.InstanceNumber = series, number
    for name, value in tags.items():
        if name.startswith("x"):
            vr, held = value
            dataset.add_new(int(name[1:], 16), vr, held)
        else:
            setattr(dataset, name, value)
    metadata = {f"{e.tag:08X}": e.to_json_dict(None, 0) for e in dataset}
    return header_of(metadata, series, number)


def header_of(
    metadata: dict[str, Any], series: int = 1, number: int = 1, n_frames: int = 1
) -> InstanceHeader:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return InstanceHeader(
        study_uid=STUDY,
        series_uid=f"{STUDY}.{series}",
        sop_instance_uid=f"{STUDY}.{series}.{number}",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.4",
        transfer_syntax_uid=str(ExplicitVRLittleEndian),
        modality="MR",
        rows=192,
        columns=192,
        n_frames=n_frames,
        frame_ranges=tuple((0, 1) for _ in range(n_frames)),
        metadata=metadata,
        patient_key="",
    )


def cycle(
    n: int, rr: float = 900.0, *, late: float = 0.0, covers: float = 1.0
) -> list[dict[str, Any]]:
    """Trigger times of a retrospectively gated cine that ``covers`` so much of the cycle and starts
    ``late`` by so many phases."""
    step = covers * rr / n
    return [
        {"TriggerTime": round((k + late) * step, 1), "NominalInterval": int(rr)} for k in range(n)
    ]


def beats(n: int, rr: float = 800.0) -> list[dict[str, Any]]:
    """Acquisition times of one image per heart beat."""
    start = 36_000_000
    return [{"AcquisitionTime": clock(start + k * rr)} for k in range(n)]


def clock(ms: float) -> str:
    seconds, rest = divmod(ms, 1000)
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}{minute:02d}{second:02d}.{int(rest):03d}000"

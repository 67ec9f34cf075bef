"""The frames that annotations can be of: those of one stack, findable by name and by place."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import FrameRef, StackMeta
from cmrkit.geometry import image_to_patient

SAME_PLANE_MM = 1.0  # a contour further from every plane is of another one


@dataclass(frozen=True)
class Frame:
    """One frame: its name, its slice and phase in the stack, and where its pixels lie:
    ``affine`` leads from (column, row, distance in mm, 1) to LPS mm."""

    ref: FrameRef
    slice_index: int
    phase_index: int
    affine: NDArray[np.float64]

    def to_pixels(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """(column, row, distance from the plane in mm) of points (n, 3) in LPS mm."""
        homogeneous = np.hstack([points_mm, np.ones((len(points_mm), 1))])
        return np.asarray((np.linalg.inv(self.affine) @ homogeneous.T).T[:, :3])


@dataclass(frozen=True)
class Targets:
    """The frames of ``meta``. ``instance_numbers`` by SOPInstanceUID, for sources that count
    instances. ``stored_uid`` leads from the UID that a file of elsewhere knows to the one that is
    stored here (they differ where a study was de-identified on the way in)."""

    meta: StackMeta
    instance_numbers: Mapping[str, int]
    stored_uid: Callable[[str], str] = str

    @property
    def shape(self) -> tuple[int, int]:
        return self.meta.rows, self.meta.columns

    def frames(self) -> Iterator[Frame]:
        """Slice by slice; holes are left out."""
        for s, row in enumerate(self.meta.frames):
            affine = image_to_patient(self.meta, s)
            for p, ref in enumerate(row):
                if ref is not None:
                    yield Frame(ref, s, p, affine)

    def by_uid(self) -> dict[tuple[str, int], Frame]:
        """Frames by (stored SOPInstanceUID, frame number)."""
        return {(f.ref.sop_instance_uid, f.ref.frame_number): f for f in self.frames()}

    def named(self, uid: str, frame_number: int = 1) -> tuple[str, int]:
        """The key of :meth:`by_uid` for a UID as a file of elsewhere writes it."""
        return self.stored_uid(uid), frame_number

    def has_reference(self, frame_of_reference_uid: str, *, or_none: bool = False) -> bool:
        """Whether positions in that frame of reference can be compared with these; ``or_none``
        lets a file that names none through."""
        if not frame_of_reference_uid:
            return or_none
        return self.stored_uid(frame_of_reference_uid) == self.meta.frame_of_reference_uid

"""Label maps on a grid: of an imported volume by its own frames, of a NIfTI by its geometry."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cmrkit.annotations_in.model import ImportedContour, ImportedLabels, Notes
from cmrkit.annotations_in.targets import Frame, Targets
from cmrkit.annotations_in.tissues import ACDC_VALUES, Tissue, structures_of_masks
from cmrkit.contracts import FrameRef
from cmrkit.errors import AnnotationsDoNotFit, PhaseNeeded, UnreadableAnnotations
from cmrkit.niftiio.reading import read_labels
from cmrkit.niftiio.volume import LabelVolume

KIND = "nifti"
Meanings = Mapping[int, Tissue | None]
_SAME_STEP = 0.01  # of a voxel, per pixel
_SAME_PLACE = 0.25  # of a voxel, over the whole frame
_NEAREST_SLICE = 0.5  # of a voxel; a label further away is of no slice


def contours_of_labels(
    labels: NDArray[np.integer], refs: Sequence[FrameRef], meanings: Meanings, notes: Notes
) -> Iterator[ImportedContour]:
    """Contours of a label map (frame, row, column), one frame per ref. ``meanings`` says what a
    value is; None leaves it out on purpose, a value that isn't there is noted."""
    for plane, ref in zip(labels, refs, strict=True):
        masks: dict[Tissue, NDArray[np.bool_]] = {}
        for value in np.unique(plane).tolist():
            if value == 0:
                continue
            if value not in meanings:
                notes.add("not_mapped", f"Label {value}: nothing says what it is.")
            elif (tissue := meanings[value]) is not None:
                mask = plane == value
                masks[tissue] = masks[tissue] | mask if tissue in masks else mask
        for structure, parts in structures_of_masks(masks).items():
            yield ImportedContour(structure, ref.sop_instance_uid, ref.frame_number, parts, "label")


def read_nifti_labels(
    data: bytes, targets: Targets, *, meanings: Meanings | None = None, phase: int | None = None
) -> ImportedLabels:
    """A NIfTI label map on the frames whose pixels lie on its grid.

    Rows and columns may be swapped or turned round (converters do that), never scaled or shifted by
    a part of a pixel. A frame takes the slice nearest to it, half a slice away at most. A map of
    one time needs ``phase`` where the stack has several; a map of as many times as the stack has
    phases needs none. Values mean 1 RV cavity, 2 myocardium, 3 LV cavity unless ``meanings`` says
    otherwise.

    Raises AnnotationsDoNotFit for another grid or number of phases, PhaseNeeded, and
    UnreadableAnnotations for a map without labels.
    """
    volume, notes = read_labels(data), Notes()
    if not volume.values.any():
        raise UnreadableAnnotations("The label map is empty: every voxel is 0.")
    if not volume.placed:
        notes.add("no_position", "The file states no position; its pixel sizes alone were used.")
    times = _times(volume.values.shape[1], targets.meta.n_phases, phase)
    to_voxel = np.asarray(np.linalg.inv(volume.affine), dtype=np.float64)
    planes: list[NDArray[np.integer]] = []
    refs: list[FrameRef] = []
    for frame in targets.frames():
        if frame.phase_index not in times:
            continue
        plane = _plane(volume, to_voxel, frame, targets.shape, times[frame.phase_index])
        if plane is not None:
            planes.append(plane)
            refs.append(frame.ref)
    if not planes:
        raise AnnotationsDoNotFit(
            "The label map doesn't lie on the images of this case: another grid, position or "
            "orientation. Resample it to the images first."
        )
    found = contours_of_labels(np.array(planes), refs, meanings or ACDC_VALUES, notes)
    contours = tuple(found)
    if not contours:
        notes.add("nothing_on_the_stack", "No label that is known lies on a frame of the stack.")
    return ImportedLabels(KIND, contours, notes.all())


def _times(n_times: int, n_phases: int, phase: int | None) -> dict[int, int]:
    """Phase of the stack -> time of the map."""
    if phase is not None:
        if n_times != 1 or not 0 <= phase < n_phases:
            raise AnnotationsDoNotFit(
                f"The stack has phases 1 to {n_phases}; a map of one time can be of one of them."
            )
        return {phase: 0}
    if n_times == n_phases:
        return {p: p for p in range(n_phases)}
    if n_times == 1:
        raise PhaseNeeded(
            f"The label map has one time, the stack {n_phases} phases. State the phase it is of."
        )
    raise AnnotationsDoNotFit(f"The label map has {n_times} times, the stack {n_phases} phases.")


def _plane(
    volume: LabelVolume,
    to_voxel: NDArray[np.float64],
    frame: Frame,
    shape: tuple[int, int],
    time: int,
) -> NDArray[np.integer] | None:
    """The labels (row, column) on the frame's own pixels; None where it is off the grid."""
    voxel = to_voxel @ frame.affine  # (column, row, distance) -> (i, j, k)
    origin, across, down = voxel[:3, 3], voxel[:3, 0], voxel[:3, 1]
    axes = [_axis(step) for step in (across, down)]
    if None in axes or abs(axes[0] or 0) == abs(axes[1] or 0):
        return None
    rows, columns = shape
    drift = abs(across - np.rint(across)).max() * columns + abs(down - np.rint(down)).max() * rows
    off = origin - np.rint(origin)
    through = ({0, 1, 2} - {abs(a or 1) - 1 for a in axes}).pop()
    if drift > _SAME_PLACE or np.delete(abs(off), through).max() > _SAME_PLACE:
        return None
    if abs(off[through]) > _NEAREST_SLICE:
        return None
    return _sampled(volume.values[:, time], origin, across, down, shape)


def _axis(step: NDArray[np.float64]) -> int | None:
    """±1, ±2 or ±3 for a step of one voxel along i, j or k; None for any other."""
    axis = int(np.argmax(abs(step)))
    unit = np.zeros(3)
    unit[axis] = np.sign(step[axis])
    return int(unit[axis]) * (axis + 1) if abs(step - unit).max() <= _SAME_STEP else None


def _sampled(
    values: NDArray[np.integer],
    origin: NDArray[np.float64],
    across: NDArray[np.float64],
    down: NDArray[np.float64],
    shape: tuple[int, int],
) -> NDArray[np.integer] | None:
    """Values (k, j, i) at the voxel of each pixel; 0 outside, None where nothing is inside."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    steps = [np.rint(v).astype(np.int64)[:, None, None] for v in (origin, across, down)]
    i, j, k = steps[0] + steps[1] * columns + steps[2] * rows
    n_k, n_j, n_i = values.shape
    inside = (i >= 0) & (i < n_i) & (j >= 0) & (j < n_j) & (k >= 0) & (k < n_k)
    if not inside.any():
        return None
    out = np.zeros(shape, dtype=values.dtype)
    out[inside] = values[k[inside], j[inside], i[inside]]
    return out

"""Labels that come with a volume: on its own grid, by the order of the voxels."""

from collections.abc import Mapping, Sequence

from cmrkit.annotations_in.tissues import Tissue
from cmrkit.convert.sets import LabelledVolume
from cmrkit.errors import AnnotationsDoNotFit, PhaseNeeded
from cmrkit.niftiio import ImageVolume, read_labels

Meanings = Mapping[int, Tissue | None]


def labels_per_phase(
    data: bytes, volume: ImageVolume, meanings: Meanings, phases: Sequence[int] | None = None
) -> list[LabelledVolume]:
    """The labels of each phase that has any. ``phases`` are the volume's phases that the times of
    the label map are of: all of them unless given.

    In a set, image and labels share their voxels; the headers of many label files are poor, so the
    affine is not asked. Raises AnnotationsDoNotFit for another number of voxels, PhaseNeeded where
    nothing tells the phase.
    """
    values = read_labels(data).values
    n_slices, n_phases, *matrix = volume.stored.shape
    if (values.shape[0], *values.shape[2:]) != (n_slices, *matrix):
        raise AnnotationsDoNotFit("The labels have other voxels than the image beside them.")
    if phases is None:
        if values.shape[1] != n_phases:
            raise PhaseNeeded("The labels have another number of times than the image beside them.")
        phases = range(n_phases)
    return [
        LabelledVolume(values[:, time], phase, meanings)
        for time, phase in zip(range(values.shape[1]), phases, strict=True)
        if values[:, time].any()
    ]

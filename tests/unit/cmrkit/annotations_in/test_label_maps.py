"""NIfTI labels of elsewhere, and DICOM that is no annotation."""

import gzip
from typing import Any

import nibabel
import numpy as np
import pytest
from pydicom.dataset import Dataset

from cmrkit.annotations_in import (
    Targets,
)
from cmrkit.errors import (
    AnnotationsDoNotFit,
    PhaseNeeded,
    UnreadableAnnotations,
    UnsupportedInput,
)
from cmrkit.phantom import CinePhantom
from cmrkit.writers import label_volume, labels_nifti
from tests.factories.annotating import as_bytes, on_stack, read


def test_exported_labels_come_back_voxel_by_voxel(phantom: CinePhantom, targets: Targets) -> None:
    meta = phantom.meta
    found = read(labels_nifti(meta, phantom.labels, 3), targets, phase=3)
    back = label_volume(meta, on_stack(found, meta), 3)
    assert (back == label_volume(meta, phantom.labels, 3)).all()


@pytest.mark.parametrize("turn", ["rows", "slices", "transposed"])
def test_a_turned_label_map_comes_back_too(
    turn: str, phantom: CinePhantom, targets: Targets
) -> None:
    """As other converters write it, with the affine that says so."""
    image: Any = nibabel.Nifti1Image.from_bytes(
        gzip.decompress(labels_nifti(phantom.meta, phantom.labels, 3))
    )
    codes_before = np.array([[0, 1], [1, 1], [2, 1]])
    if turn == "transposed":
        turned = image.as_reoriented(codes_before[[1, 0, 2]])
    else:
        codes_before[1 if turn == "rows" else 2, 1] = -1
        turned = image.as_reoriented(codes_before)
    found = read(turned.to_bytes(), targets, phase=3)
    back = label_volume(phantom.meta, on_stack(found, phantom.meta), 3)
    assert (back == label_volume(phantom.meta, phantom.labels, 3)).all()


def test_a_label_map_of_all_phases_needs_no_phase(phantom: CinePhantom, targets: Targets) -> None:
    meta = phantom.meta
    volumes = [label_volume(meta, phantom.labels, p).transpose(2, 1, 0) for p in range(8)]
    first: Any = nibabel.Nifti1Image.from_bytes(
        gzip.decompress(labels_nifti(meta, phantom.labels, 0))
    )
    whole = nibabel.Nifti1Image(np.stack(volumes, axis=-1), first.affine)
    found = on_stack(read(whole.to_bytes(), targets), meta)
    for phase in range(8):
        expected = label_volume(meta, phantom.labels, phase)
        assert (label_volume(meta, found, phase) == expected).all()


def test_labels_that_lie_elsewhere_are_refused(phantom: CinePhantom, targets: Targets) -> None:
    data = labels_nifti(phantom.meta, phantom.labels, 3)
    image: Any = nibabel.Nifti1Image.from_bytes(gzip.decompress(data))
    with pytest.raises(PhaseNeeded):
        read(data, targets)
    for wrong in (-1, 8):
        with pytest.raises(AnnotationsDoNotFit):
            read(data, targets, phase=wrong)
    values = np.asarray(image.dataobj)
    spun = image.affine @ np.diag([1.1, 1.0, 1.0, 1.0])
    half = image.affine.copy()
    half[:3, 3] += 0.4 * half[:3, 0]
    far = image.affine.copy()
    far[:3, 3] += 500
    for affine in (spun, half, far):
        with pytest.raises(AnnotationsDoNotFit):
            read(nibabel.Nifti1Image(values, affine).to_bytes(), targets, phase=3)
    with pytest.raises(UnreadableAnnotations, match="empty"):
        read(nibabel.Nifti1Image(values * 0, image.affine).to_bytes(), targets, phase=3)
    odd = read(nibabel.Nifti1Image(values * 2, image.affine).to_bytes(), targets, phase=3)
    assert {(n.code, n.message[:8]) for n in odd.notes} == {
        ("not_mapped", "Label 4:"),
        ("not_mapped", "Label 6:"),
    }


def test_other_dicom_is_refused(sources: dict[str, Dataset], targets: Targets) -> None:
    with pytest.raises(UnsupportedInput, match="SEG and RTSTRUCT"):
        read(as_bytes(next(iter(sources.values()))), targets)

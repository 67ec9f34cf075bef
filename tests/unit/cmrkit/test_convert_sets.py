"""Sets of volumes with their labels: ACDC, nnU-Net, plain NIfTI; each label comes back."""

import gzip
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from cmrkit.annotations_in import contours_of_labels
from cmrkit.annotations_in.model import Notes
from cmrkit.convert import (
    SetLayout,
    SetOptions,
    convert_study,
    set_items,
)
from cmrkit.errors import (
    AnnotationsDoNotFit,
    PhaseNeeded,
    UnsupportedInput,
    UnusableSet,
)
from cmrkit.geometry import rasterise
from cmrkit.writers import label_volume
from tests.factories import volumes as v
from tests.factories.converted import stack_of, written


def masks_back(item: Any) -> dict[int, Any]:
    """Phase -> label volume (slice, row, column) in the file's order, through DICOM and contours."""
    study = convert_study(item.series, item.about)
    stack, _ = stack_of(written(study))
    out = {}
    for labelled in item.labels:
        refs = [row[labelled.phase_index] for row in study.refs[0]]
        found = contours_of_labels(labelled.values, refs, labelled.meanings, Notes())
        shape = (stack.meta.rows, stack.meta.columns)
        planes = {ref.sop_instance_uid: np.zeros(shape, np.uint8) for ref in refs}
        values = {"rv_endo": 1, "lv_epi": 2, "lv_endo": 3}
        for contour in sorted(found, key=lambda c: values[c.structure]):
            planes[contour.sop_instance_uid][rasterise(contour.parts, shape)] = values[
                contour.structure
            ]
        out[labelled.phase_index] = np.array([planes[ref.sop_instance_uid] for ref in refs])
    return out


def as_planes(labels: Any) -> Any:
    return labels.transpose(2, 1, 0)


def test_acdc_labels_attach_to_the_phases_of_the_4d_study(tmp_path: Path) -> None:
    labels = v.heart(n_phases=5)
    image = v.picture(labels)
    frames = {n: (image[..., n - 1], labels[..., n - 1]) for n in (1, 4)}
    v.write_acdc(tmp_path, "patient001", frames, whole=image)
    (item,) = [item.load() for item in set_items(tmp_path, SetLayout.ACDC)]
    assert (item.about.height_m, item.about.weight_kg) == (1.72, 71.0)
    assert item.series[0].volume.stored.shape[1] == 5
    back = masks_back(item)
    assert sorted(back) == [0, 3]
    for phase, planes in back.items():
        assert (planes == as_planes(labels[..., phase])).all()


def test_acdc_without_4d_is_a_study_of_the_labelled_frames(tmp_path: Path) -> None:
    labels = v.heart(n_phases=2)
    image = v.picture(labels)
    frames = {1: (image[..., 0], labels[..., 0]), 12: (image[..., 1], labels[..., 1])}
    v.write_acdc(tmp_path, "patient002", frames, n_frames=30)
    (item,) = [item.load() for item in set_items(tmp_path, SetLayout.ACDC)]
    volume = item.series[0].volume
    assert volume.trigger_ms == (0.0, round(11 / 30 * 1000, 3))
    assert volume.timing_assumed
    assert [note.code for note in item.notes] == ["labelled_frames_only"]
    assert (masks_back(item)[1] == as_planes(labels[..., 1])).all()


def test_real_acdc_labels_come_back_voxel_by_voxel(shared_data: Path, tmp_path: Path) -> None:
    """The copy at hand has arrays alone; they are written in the challenge's layout first."""
    for name in ("patient001", "patient021", "patient061", "patient095"):
        frames = {}
        for path in sorted((shared_data / "acdc").glob(f"{name}_frame*.h5")):
            with h5py.File(path) as file:
                pair = (file["image"][...], file["label"][...])
            frames[int(path.stem[-2:])] = tuple(a.transpose(2, 1, 0) for a in pair)
        v.write_acdc(tmp_path, name, frames)
    items = [item.load() for item in set_items(tmp_path, SetLayout.ACDC)]
    assert len(items) == 4
    for item in items:
        back = masks_back(item)
        assert len(back) == 2
        for labelled in item.labels:
            assert (back[labelled.phase_index] == labelled.values).all()
            assert set(np.unique(labelled.values)) == {0, 1, 2, 3}


def test_nnunet_names_say_what_the_numbers_mean(tmp_path: Path) -> None:
    labels = v.heart()[..., 0]
    labels[0, 0, 0] = 4
    v.write_nnunet(tmp_path, {"case_1": (v.picture(labels), labels)})
    (item,) = [item.load() for item in set_items(tmp_path, SetLayout.NNUNET)]
    assert item.about.subject == "case_1"
    assert [(n.code, n.message.split(":")[0]) for n in item.notes] == [("not_mapped", "Scar")]
    expected = np.where(labels == 4, 0, labels)
    assert (masks_back(item)[0] == as_planes(expected)).all()


def test_plain_nifti_takes_the_labels_beside_it(tmp_path: Path) -> None:
    labels = v.heart(n_phases=2)
    (tmp_path / "a.nii").write_bytes(v.nifti(v.picture(labels)))
    (tmp_path / "a_gt.nii").write_bytes(v.nifti(labels))
    (tmp_path / "b.nii.gz").write_bytes(gzip.compress(v.nifti(v.picture(labels)[..., 0] + 1)))
    items = {item.name: item.load() for item in set_items(tmp_path, SetLayout.NIFTI)}
    assert sorted(items) == ["a", "b"]
    assert [labelled.phase_index for labelled in items["a"].labels] == [0, 1]
    assert items["b"].labels == ()


def test_sets_that_are_none_are_refused_by_name(tmp_path: Path) -> None:
    for layout in SetLayout:
        with pytest.raises(UnusableSet):
            list(set_items(tmp_path, layout))
    with pytest.raises(UnusableSet):
        list(set_items(tmp_path / "absent", SetLayout.ACDC))
    labels = v.heart()[..., 0]
    two = v.write_nnunet(
        tmp_path / "two", {"c": (v.picture(labels), labels)}, channel_names={"0": "T1", "1": "T2"}
    )
    with pytest.raises(UnsupportedInput, match="2 channels"):
        list(set_items(two, SetLayout.NNUNET))
    other = v.write_nnunet(tmp_path / "other", {}, labels="none")
    with pytest.raises(UnusableSet, match="labels"):
        list(set_items(other, SetLayout.NNUNET))


def test_labels_that_do_not_belong_to_their_image_are_refused(tmp_path: Path) -> None:
    labels = v.heart()[..., 0]
    v.write_acdc(tmp_path, "p1", {1: (v.picture(labels), labels[:-1])})
    with pytest.raises(AnnotationsDoNotFit, match="other voxels"):
        next(set_items(tmp_path, SetLayout.ACDC)).load()
    (tmp_path / "n").mkdir()
    (tmp_path / "n" / "a.nii").write_bytes(v.nifti(v.picture(v.heart(n_phases=3))))
    (tmp_path / "n" / "a_gt.nii").write_bytes(v.nifti(labels))
    with pytest.raises(PhaseNeeded):
        next(set_items(tmp_path / "n", SetLayout.NIFTI)).load()
    whole = v.picture(v.heart(n_phases=3))
    v.write_acdc(tmp_path / "m", "p2", {7: (whole[..., 0], labels)}, whole=whole)
    with pytest.raises(AnnotationsDoNotFit, match="frame 7"):
        next(set_items(tmp_path / "m", SetLayout.ACDC, SetOptions())).load()


def test_label_volumes_agree_with_the_exporter() -> None:
    """The values that the exporter writes are those that are read back by default."""
    from cmrkit.annotations_in.tissues import ACDC_VALUES
    from cmrkit.writers import LABEL_VALUES

    assert label_volume.__doc__
    assert {n: str(t) for n, t in ACDC_VALUES.items()} == {
        LABEL_VALUES["RV cavity"]: "rv_cavity",
        LABEL_VALUES["LV myocardium"]: "myocardium",
        LABEL_VALUES["LV cavity"]: "lv_cavity",
    }

"""The phantom: measured by our own volumes against closed form; DICOM that assembles again."""

from pathlib import Path

import numpy as np
import pytest

from cmrkit.dicomio import assemble_stacks, load_pixels, read_header
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import rasterise
from cmrkit.phantom import (
    HeartParameters,
    PathologyClass,
    random_parameters,
    simulate_cine,
    simulate_slice,
    write_cine_dicom,
)
from cmrkit.phantom.picture import Scene
from cmrkit.volumes import lv_rv_function

SMALL = Scene(seed=1, matrix=(128, 128), spacing_mm=2.0)


@pytest.mark.parametrize("pathology", list(PathologyClass))
def test_measured_volumes_are_those_of_closed_form(pathology: PathologyClass) -> None:
    parameters = random_parameters(np.random.default_rng(5), pathology)
    phantom = simulate_cine(parameters, n_slices=14, n_phases=4, slice_spacing_mm=8, scene=SMALL)
    measured = lv_rv_function(phantom.meta, phantom.labels)
    assert measured.ed_phase == 0
    assert measured.edv_ml == pytest.approx(phantom.edv_ml, rel=0.01)
    assert measured.esv_ml == pytest.approx(phantom.esv_ml, rel=0.01)
    assert measured.ef_percent == pytest.approx(phantom.ef_percent, rel=0.01)
    assert measured.mass_g == pytest.approx(phantom.mass_g, rel=0.015)
    # the crescent ends abruptly between two slices: half a disc may be missed or doubled
    assert measured.rv_edv_ml == pytest.approx(phantom.rv_edv_ml, rel=0.05)


def test_true_masks_give_the_same_volumes_within_one_percent() -> None:
    phantom = simulate_cine(HeartParameters(), n_slices=13, n_phases=4, slice_spacing_mm=8)
    meta = phantom.meta
    ml_per_px = meta.pixel_spacing_mm[0] ** 2 * meta.slice_spacing_mm / 1000
    counted = {
        phase: ml_per_px
        * sum(
            rasterise(f.structures["lv_endo"], (meta.rows, meta.columns)).sum()
            for f in phantom.labels.frames
            if f.phase_index == phase and "lv_endo" in f.structures
        )
        for phase in (0, 1)
    }
    assert counted[0] == pytest.approx(phantom.edv_ml, rel=0.01)
    assert counted[1] == pytest.approx(phantom.esv_ml, rel=0.01)


def test_monte_carlo_agrees_with_the_crescents_closed_form() -> None:
    """Points thrown into the RV's outline, slice by slice, without its formula."""
    phantom = simulate_cine(
        HeartParameters(), n_slices=120, n_phases=2, slice_spacing_mm=1, breathing_mm=0, scene=SMALL
    )
    rng = np.random.default_rng(0)
    hits = 0
    for frame in phantom.labels.frames:
        if frame.phase_index == 0 and "rv_endo" in frame.structures:
            fine = [[(x * 4, y * 4) for x, y in part] for part in frame.structures["rv_endo"]]
            mask = rasterise(fine, (512, 512))
            hits += mask[tuple(rng.integers(0, 512, (2, 4000)))].mean()
    assert hits * 256.0**2 / 1000 == pytest.approx(phantom.rv_edv_ml, rel=0.03)


def test_dicom_assembles_to_the_same_stack(tmp_path: Path) -> None:
    phantom = simulate_cine(HeartParameters(), n_slices=3, n_phases=5, seed=4, scene=SMALL)
    files = write_cine_dicom(phantom, tmp_path, leave_out={(1, 2)})
    headers = [read_header(path) for path in files]
    (stack,) = assemble_stacks(headers)
    assert stack.meta.view == "SAX" or stack.meta.n_slices < 5
    assert stack.meta.slice_positions_mm == phantom.meta.slice_positions_mm
    assert stack.addresses[1][2] is None
    by_uid = {h.sop_instance_uid: p.read_bytes() for h, p in zip(headers, files, strict=True)}
    pixels = load_pixels(stack.meta, by_uid.__getitem__)
    assert pixels[0, 0] == pytest.approx(np.clip(np.rint(phantom.pixels[0, 0]), 0, 4095))
    assert not pixels[1, 2].any()


def test_training_slices_are_varied_and_labelled() -> None:
    rng = np.random.default_rng(2)
    pairs = [simulate_slice(rng, size=96, spacing_mm=2.5) for _ in range(24)]
    assert all(image.shape == label.shape == (96, 96) for image, label in pairs)
    assert sum({1, 2, 3} <= set(np.unique(label)) for _, label in pairs) > 8
    bright = [
        image[label == 3].mean() / image[label == 2].mean()
        for image, label in pairs
        if (label == 3).sum() > 40
    ]
    assert min(bright) > 1.2


@pytest.mark.parametrize(
    "call",
    [
        lambda: HeartParameters(radius_mm=0),
        lambda: HeartParameters(contraction=1.2),
        lambda: simulate_cine(HeartParameters(), n_slices=0),
        lambda: simulate_cine(HeartParameters(), n_phases=1),
    ],
)
def test_impossible_hearts_are_refused(call) -> None:
    with pytest.raises(InvalidGeometry):
        call()

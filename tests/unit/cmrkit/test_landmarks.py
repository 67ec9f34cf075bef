"""Landmarks that a draft proposes: on the phantom's middle slices, and nothing where contours
contradict each other."""

import math
from dataclasses import replace

import numpy as np
import pytest

from cmrkit.contracts import FrameLabels, StackLabels
from cmrkit.errors import ContractViolation
from cmrkit.geometry import image_to_patient
from cmrkit.phantom import CinePhantom, HeartParameters, simulate_cine
from cmrkit.phantom.heart import Heart
from cmrkit.phantom.picture import Scene
from cmrkit.volumes.landmarks import Landmark, septum_landmarks

RV_MIDDLE = math.pi + 0.25
SCENE = Scene(seed=1, matrix=(128, 128), spacing_mm=2.0)


@pytest.fixture(scope="module")
def phantom() -> CinePhantom:
    return simulate_cine(HeartParameters(), n_slices=9, n_phases=3, breathing_mm=0, scene=SCENE)


def test_the_phantoms_landmarks_in_the_patient(phantom: CinePhantom) -> None:
    """Closed form, in the patient: the RV's middle ± φ/2 on the epicardium at that slice."""
    found = septum_landmarks(phantom.meta, phantom.labels)
    assert [mark.code for mark in found] == [
        "rv_insertion_anterior",
        "rv_insertion_inferior",
        "lv_centre",
    ]
    assert {mark.phase_index for mark in found} == {0}
    heart = Heart(HeartParameters(), 0.0)
    (s,) = {mark.slice_index for mark in found}
    z_mm = (s + 0.5) * 9.0
    radius = heart.epi_radius_mm * math.sqrt(1 - (z_mm / heart.epi_length_mm) ** 2)
    middle = np.array(SCENE.centre_mm)
    half = heart.parameters.rv_span_rad / 2
    ends = [
        middle + radius * np.array([math.cos(a), math.sin(a)])
        for a in (RV_MIDDLE - half, RV_MIDDLE + half)
    ]
    to_patient = image_to_patient(phantom.meta, s)

    def lps(mm: np.ndarray) -> np.ndarray:
        return (to_patient @ (*(mm / SCENE.spacing_mm), 0.0, 1.0))[:3]

    front = sorted((lps(mm) for mm in ends), key=lambda p: p[1] - p[2])
    for mark, truth in zip(found, (*front, lps(middle)), strict=True):
        drawn = (to_patient @ (*mark.point, 0.0, 1.0))[:3]
        assert np.linalg.norm(drawn - truth) < 1.0, mark.code  # half a pixel


def changed(labels: StackLabels, change: dict[int, dict[str, object]]) -> StackLabels:
    return StackLabels(
        tuple(
            FrameLabels(
                f.slice_index,
                f.phase_index,
                {**f.structures, **change.get(f.slice_index, {})},  # type: ignore[dict-item]
            )
            for f in labels.frames
        )
    )


def test_one_slice_that_is_wrong_is_not_the_one_taken(phantom: CinePhantom) -> None:
    good = septum_landmarks(phantom.meta, phantom.labels)
    taken = good[0].slice_index
    (frame,) = (f for f in phantom.labels.frames if (f.slice_index, f.phase_index) == (taken, 0))
    ((cx, cy),) = (np.mean(frame.structures["lv_epi"][0], axis=0),)
    turned = tuple((cx - (y - cy), cy + (x - cx)) for x, y in frame.structures["rv_endo"][0])
    found = septum_landmarks(phantom.meta, changed(phantom.labels, {taken: {"rv_endo": (turned,)}}))
    assert found[0].slice_index != taken


def test_nothing_is_proposed_where_contours_contradict_each_other(phantom: CinePhantom) -> None:
    everywhere = range(phantom.meta.n_slices)
    no_rv = changed(phantom.labels, {s: {"rv_endo": ()} for s in everywhere})
    assert septum_landmarks(phantom.meta, no_rv) == ()
    # an RV that lies over the whole LV touches it, and its middle is no side of it
    (over,) = (f for f in phantom.labels.frames if (f.slice_index, f.phase_index) == (0, 0))
    wrong = changed(phantom.labels, {s: {"rv_endo": over.structures["lv_epi"]} for s in everywhere})
    assert septum_landmarks(phantom.meta, wrong) == ()
    assert septum_landmarks(phantom.meta, StackLabels(())) == ()
    flat = replace(phantom.meta, slice_spacing_mm=0.0)
    assert septum_landmarks(flat, phantom.labels) == ()


def test_a_landmark_travels() -> None:
    mark = Landmark("apex", 2, 0, (10.5, 20.25))
    assert Landmark.from_json(mark.to_json()) == mark
    for broken in (
        {},
        "apex",
        {**mark.to_json(), "point": [1]},
        {**mark.to_json(), "slice": "2"},
        {**mark.to_json(), "point": ["a", 1]},
    ):
        with pytest.raises(ContractViolation):
            Landmark.from_json(broken)

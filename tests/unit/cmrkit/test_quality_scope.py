"""What is no short-axis cine is refused by name or flagged; what is one is let through."""

from dataclasses import replace

import numpy as np
import pytest

from cmrkit.contracts.kinds import SequenceKind, View
from cmrkit.phantom import HeartParameters, simulate_cine
from cmrkit.quality import (
    TOPICS,
    ImageFacts,
    Traits,
    fact_findings,
    heart_findings,
    pixel_findings,
    topic_of,
)

CINE = ImageFacts(10, 20, 192, 192, 1.4, 1.4, sequence_kind="cine", view="SAX", modality="MR")
HEART = Traits(9, rings=1.0, sure=0.94, continuity=0.87, contrast=0.98, motion=0.6, brightening=1.2)


def codes(findings: tuple) -> dict[str, bool]:
    return {f.code: f.refuses for f in findings}


def noise(*shape: int) -> np.ndarray:
    return np.abs(np.random.default_rng(1).normal(0, 100, shape))


def test_a_short_axis_cine_is_let_through() -> None:
    assert fact_findings(CINE) == ()
    phantom = simulate_cine(HeartParameters(), n_slices=2, n_phases=2, slice_spacing_mm=30)
    assert pixel_findings(phantom.pixels) == ()
    assert codes(fact_findings(ImageFacts.of_stack(phantom.meta))) == {"few_slices": False}
    assert heart_findings(HEART, 10) == ()


@pytest.mark.parametrize(
    ("changes", "code", "refuses"),
    [
        ({"modality": "CT"}, "not_mr", True),
        ({"sequence_kind": SequenceKind.LGE.value}, "not_cine", True),
        ({"sequence_kind": SequenceKind.LOCALIZER.value}, "not_cine", True),
        ({"sequence_kind": SequenceKind.PERFUSION.value}, "not_cine", True),
        ({"sequence_kind": SequenceKind.UNKNOWN.value}, "kind_unknown", False),
        ({"view": View.CH4.value}, "not_short_axis", True),
        ({"view": View.AXIAL.value}, "view_uncertain", False),
        ({"n_slices": 1}, "few_slices", False),
        ({"n_phases": 1}, "one_phase", False),
        ({"rows": 20}, "image_too_small", True),
        ({"rows": 4096, "columns": 4096}, "image_too_large", True),
        ({"row_mm": 0.01}, "implausible_spacing", True),
        ({"row_mm": 9.0, "column_mm": 9.0}, "implausible_field_of_view", True),
        ({"row_mm": 0.3, "column_mm": 0.3}, "implausible_field_of_view", True),
    ],
)
def test_by_the_header(changes: dict, code: str, refuses: bool) -> None:
    (finding,) = fact_findings(replace(CINE, **changes))
    assert (finding.code, finding.refuses) == (code, refuses)
    assert topic_of(code) == "scope"


def test_an_assumed_spacing_says_nothing_of_the_field_of_view() -> None:
    assert fact_findings(replace(CINE, row_mm=9.0, column_mm=9.0, assumed=True)) == ()


@pytest.mark.parametrize(
    ("pixels", "code"),
    [
        (noise(2, 3, 64, 64), "noise_only"),
        (np.full((2, 3, 64, 64), 7), "no_contrast"),
        (np.zeros((2, 3, 64, 64)), "no_pixels"),
        (np.where(noise(2, 3, 64, 64) > 60, np.nan, 1.0), "not_finite"),
        (np.where(noise(2, 3, 64, 64) > 60, -1000, 40), "signed_values"),
    ],
)
def test_by_the_pixels(pixels: np.ndarray, code: str) -> None:
    (finding,) = pixel_findings(pixels)
    assert (finding.code, finding.refuses) == (code, True)
    assert topic_of(code) == "scope"


def test_standardised_values_and_noisy_images_are_let_through() -> None:
    phantom = simulate_cine(HeartParameters(), n_slices=2, n_phases=2, slice_spacing_mm=30)
    values = phantom.pixels
    assert pixel_findings((values - values.mean()) / values.std()) == ()
    assert pixel_findings(values + np.random.default_rng(0).normal(0, 100, values.shape)) == ()


@pytest.mark.parametrize(
    ("changes", "code", "refuses"),
    [
        ({"slices": 1}, "no_heart_found", True),
        ({"rings": 0.1, "motion": None}, "no_heart_found", True),
        ({"rings": 0.4, "sure": 0.65, "motion": None}, "no_heart_found", True),
        ({"continuity": 0.2}, "no_heart_found", True),
        ({"rings": 0.1, "sure": 0.5}, "heart_uncertain", False),
        ({"motion": 0.03}, "nothing_moves", True),
        ({"motion": 0.2}, "nothing_moves", False),
        ({"brightening": 3.1}, "brightness_changes", True),
        ({"brightening": 1.9}, "brightness_changes", False),
        ({"continuity": 0.45}, "heart_uncertain", False),
        ({"sure": 0.75}, "heart_uncertain", False),
        ({"contrast": 0.5}, "heart_uncertain", False),
        ({"slices": 3}, "heart_uncertain", False),
    ],
)
def test_by_what_was_drawn(changes: dict, code: str, refuses: bool) -> None:
    (finding,) = heart_findings(replace(HEART, **changes), 10)
    assert (finding.code, finding.refuses) == (code, refuses)
    assert topic_of(code) == "scope"


def test_no_ventricle_at_all_is_refused_and_one_phase_is_judged_without_motion() -> None:
    assert codes(heart_findings(None, 10)) == {"no_heart_found": True}
    assert heart_findings(replace(HEART, motion=None, brightening=None), 10) == ()


def test_topics_hold_no_number_and_an_unknown_code_has_one_too() -> None:
    assert topic_of("a code from elsewhere") == "other"
    assert not [said for said in TOPICS.values() if any(c.isdigit() for c in said)]

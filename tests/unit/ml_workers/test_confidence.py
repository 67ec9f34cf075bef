"""Expected Dice: features that follow the disagreement, a rule that is calibrated, a finding."""

import numpy as np
import pytest

from cmrkit.agreement import dice
from ml_workers.confidence.features import entropy_of, features_of
from ml_workers.confidence.fitting import Drafts, cross_validate, fit, predict, quality
from ml_workers.confidence.model import Confidence
from ml_workers.inference.expected import confidence_findings, key_phases

LV = 3


def test_entropy_is_1_where_all_is_open_and_0_where_nothing_is() -> None:
    shares = np.zeros((1, 4, 1, 2), dtype=np.float32)
    shares[0, :, 0, 0] = 0.25
    shares[0, LV, 0, 1] = 1.0
    found = entropy_of(shares)
    assert found[0, 0, 0] == pytest.approx(1.0)
    assert found[0, 0, 1] == pytest.approx(0.0, abs=1e-4)


def disc(radius: float) -> np.ndarray:
    yy, xx = np.mgrid[:48, :48] - 23.5
    return np.hypot(yy, xx) < radius


def opinions_of(*radii: float) -> np.ndarray:
    shares = np.zeros((len(radii), 3, 4, 48, 48), dtype=np.float32)
    for k, radius in enumerate(radii):
        shares[k, :, LV] = disc(radius)
        shares[k, :, 0] = ~disc(radius)
    return shares


def test_agreement_is_the_mean_dice_with_the_draft() -> None:
    labels = np.repeat(np.where(disc(12), LV, 0).astype(np.uint8)[None], 3, axis=0)
    agreement, soft, entropy, missing = features_of(opinions_of(12, 9), labels, "lv")
    assert agreement == pytest.approx((1 + (dice(disc(12), disc(9)) or 0)) / 2)
    assert 0.8 < soft < 1
    assert entropy > 0
    assert missing == 0
    same = features_of(opinions_of(12, 12), labels, "lv")
    assert same[:2] == pytest.approx([1, 1])
    assert same[2] < 1e-3
    labels[1] = 2
    assert features_of(opinions_of(12), labels, "lv")[3] == pytest.approx(1 / 3)


def made_up(seed: int, people: int) -> Drafts:
    """Dice that follow the first feature, with a scatter of 0.02."""
    rng = np.random.default_rng(seed)
    names = np.repeat([f"p{k:02d}" for k in range(people)], 3)
    features = rng.uniform(0.4, 1.0, (len(names), 4))
    real = np.clip(0.1 + 0.85 * features[:, 0] + rng.normal(0, 0.02, len(names)), 0, 1)
    return Drafts(features, real, np.tile(["rv", "myocardium", "lv"], people), names)


def test_the_rule_holds_on_people_it_never_saw() -> None:
    found = quality(predict(fit(made_up(1, 60)), made_up(2, 40)), made_up(2, 40).dice, 0.8)
    assert found["mae"] < 0.03
    assert found["slope"] == pytest.approx(1, abs=0.15)
    assert found["poor_flagged"] > 0.9 * found["poor"] > 0


def test_cross_validation_leaves_the_person_out() -> None:
    """A Dice that only its own patient could have taught is not expected."""
    drafts = made_up(3, 10)
    strange = drafts.patient == "p04"
    drafts.features[strange] = 5.0
    drafts.dice[strange] = 0.0
    assert (cross_validate(drafts)[strange] > 0.5).all()


def test_it_survives_json_and_flags_what_lies_below() -> None:
    rule = Confidence("0" * 64, ("a",), fit(made_up(1, 20)), 0.8, {"fitted_to": "nobody"})
    again = Confidence.from_json(rule.to_json())
    drafts = made_up(2, 5)
    assert predict(again.rules, drafts) == pytest.approx(predict(rule.rules, drafts), abs=1e-4)
    expected = {"rv": {"ed": 0.9, "es": 0.61}, "lv": {"ed": 0.8, "es": 0.95}}
    (finding,) = confidence_findings(again, expected)
    assert finding.code == "low_confidence"
    assert finding.message == "RV cavity at ES: expected Dice 0.61, below 0.80."
    assert confidence_findings(None, expected) == ()


def test_ed_and_es_are_taken_from_whole_phases() -> None:
    labels = np.zeros((2, 4, 8, 8), dtype=np.uint8)
    for phase, width in enumerate((5, 8, 2, 1)):
        labels[:, phase, :, :width] = LV
    present = np.ones((2, 4), dtype=bool)
    assert key_phases(labels, present) == {"ed": 1, "es": 3}
    present[0, 3] = False
    assert key_phases(labels, present) == {"ed": 1, "es": 2}
    assert key_phases(np.zeros_like(labels), present) is None
    assert key_phases(labels[:, :1], present[:, :1]) == {"ed": 0}

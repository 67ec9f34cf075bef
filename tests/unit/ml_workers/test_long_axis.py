"""Long-axis models: drawings, cleaning, what is refused, and how a heart is counted."""

from pathlib import Path

import numpy as np
import pytest

from cmrkit.contracts import StackMeta
from cmrkit.phantom import HeartParameters, LongAxisView, simulate_cine, simulate_long_axis
from cmrkit.phantom.picture import Scene
from cmrkit.quality import ImageFacts, chamber_findings, fact_findings, topic_of
from ml_workers.errors import BadInput, OutOfScope
from ml_workers.evaluation import long_axis as measured
from ml_workers.inference.chambers import LA, LV, MYOCARDIUM, RA, RV, clean_chambers
from ml_workers.inference.long_axis import segment_long_axis
from ml_workers.inference.run import Spacing
from ml_workers.inference.scope import Scope
from ml_workers.inference.segment import segment_stack
from ml_workers.networks.unet import UNet
from ml_workers.registry import check_card
from ml_workers.task import CINE_LAX, CINE_SAX
from ml_workers.training.beginning import from_cine
from ml_workers.training.long_axis import PIXEL_MM, drawn_slices
from ml_workers.training.long_axis_shipped import FREE_LAX, FROM_CINE, SIX
from ml_workers.training.package import write_package
from ml_workers.training.recipes import RECIPES
from ml_workers.weights import InputConvention, Model

LONG = Scene(seed=2, matrix=(96, 96), spacing_mm=2.8, centre_mm=(140.0, 150.0))
SHORT = Scene(seed=2, matrix=(96, 96), spacing_mm=2.8)


def untrained(task: object = CINE_LAX) -> Model:
    architecture = SIX if task is CINE_LAX else None
    network = UNet(architecture) if architecture else UNet(FREE_LAX.architecture)
    convention = InputConvention(PIXEL_MM)
    return Model(network.eval(), SIX, convention, "0" * 64, task=task)  # type: ignore[arg-type]


def facts(meta: StackMeta) -> ImageFacts:
    return ImageFacts.of_stack(meta)


def test_drawings_are_the_same_for_the_same_seed_and_hold_all_chambers() -> None:
    once, again, other = drawn_slices(3, 2, 5), drawn_slices(3, 2, 5), drawn_slices(3, 2, 6)
    for a, b in zip(once, again, strict=True):
        assert np.array_equal(a.image, b.image)
        assert np.array_equal(a.label, b.label)
    assert not np.array_equal(once[0].label, other[0].label)
    seen = set(np.unique(np.concatenate([s.label.ravel() for s in once + other])))
    assert seen == {0, RV, MYOCARDIUM, LV, LA, RA}
    for drawn in once:
        assert {MYOCARDIUM, LV, LA} <= set(np.unique(drawn.label))
        assert drawn.image.shape == drawn.label.shape


def test_it_begins_as_the_cine_model_with_classes_of_its_own() -> None:
    state, cine = from_cine(SIX, FROM_CINE), from_cine(FREE_LAX.architecture, (0, 1, 2, 3, 0, 0))
    UNet(SIX).load_state_dict(state)
    head = next(name for name in state if name.startswith("head.") and state[name].ndim > 1)
    for new, old in ((LA, LV), (RA, RV)):
        mine, theirs = state[head][4 * new : 4 * new + 4], cine[head][4 * old : 4 * old + 4]
        assert np.array_equal(mine.numpy(), theirs.numpy())


def heart() -> np.ndarray:
    plane = np.zeros((60, 60), dtype=np.uint8)
    plane[10:35, 20:40] = MYOCARDIUM
    plane[13:35, 24:36] = LV
    plane[35:50, 24:36] = LA
    plane[15:35, 10:20] = RV
    plane[35:45, 8:20] = RA
    return plane


def test_cleaning_leaves_a_heart_as_it_is_and_takes_strays_out() -> None:
    assert np.array_equal(clean_chambers(heart()), heart())
    strays = heart()
    strays[55:58, 50:58] = LV  # a second ventricle
    strays[2:6, 50:58] = LA  # an atrium far away from its ventricle
    strays[52:57, 2:6] = RA
    strays[20, 30] = 0  # a hole in the blood
    assert np.array_equal(clean_chambers(strays), heart())


def test_an_atrium_that_touches_no_ventricle_goes_whatever_its_size() -> None:
    plane = heart()
    plane[plane == LA] = 0
    plane[50:60, 40:60] = LA
    assert not (clean_chambers(plane) == LA).any()


def test_a_ring_without_atrium_is_refused_as_a_short_axis() -> None:
    y, x = np.mgrid[:60, :60] - 30
    ring = np.zeros((60, 60), dtype=np.uint8)
    ring[np.hypot(x, y) < 20] = MYOCARDIUM
    ring[np.hypot(x, y) < 13] = LV
    here = np.ones((1, 1), dtype=bool)
    (refused,) = chamber_findings(ring[None, None], here)
    assert (refused.code, refused.refuses) == ("not_long_axis", True)
    assert topic_of(refused.code) == "scope"
    assert chamber_findings(heart()[None, None], here) == ()
    without = heart()
    without[without == LA] = 0
    (flag,) = chamber_findings(without[None, None], here)
    assert (flag.code, flag.refuses) == ("no_left_atrium", False)
    (nothing,) = chamber_findings(np.zeros((1, 1, 60, 60), np.uint8), here)
    assert nothing.code == "no_heart_found"


def test_either_model_refuses_the_others_images_by_their_view() -> None:
    long = simulate_long_axis(
        HeartParameters(), LongAxisView.FOUR_CHAMBER, n_phases=4, seed=2, scene=LONG
    )
    short = simulate_cine(HeartParameters(), n_slices=4, n_phases=4, seed=2, scene=SHORT)
    spacing = Spacing(2.8, 2.8)
    with pytest.raises(OutOfScope) as refused:
        segment_long_axis(
            untrained(), short.pixels, spacing, scope=Scope(facts(short.meta), refuse=True)
        )
    assert refused.value.code == "not_chamber_view"
    assert [f.code for f in fact_findings(facts(long.meta)) if f.refuses] == ["not_short_axis"]
    seen = fact_findings(facts(long.meta), CINE_LAX.kinds, long_axis=True)
    assert seen == ()


def test_a_model_of_another_task_is_an_error_by_name() -> None:
    pixels = np.ones((1, 2, 64, 64), dtype=np.float32)
    with pytest.raises(BadInput, match="cine-sax, not long-axis"):
        segment_long_axis(untrained(CINE_SAX), pixels, Spacing(1.8, 1.8))
    with pytest.raises(BadInput, match="cine-lax, not short-axis"):
        segment_stack(untrained(), pixels, Spacing(1.8, 1.8))
    with pytest.raises(BadInput, match="slice, phase, row, column"):
        segment_long_axis(untrained(), pixels[0], Spacing(1.8, 1.8))


def test_the_package_names_its_task_and_says_that_it_saw_drawings_only(tmp_path: Path) -> None:
    state = UNet(SIX).state_dict()
    card = write_package(tmp_path, FREE_LAX.about, state, SIX, FREE_LAX.convention, {})
    assert check_card(card)["task"] == "cine-lax"
    assert card["input"]["pixel_mm"] == PIXEL_MM
    assert "Drawings only; no real long-axis labels existed" in (tmp_path / "README.md").read_text()
    assert RECIPES["lax-free"] is FREE_LAX


def test_a_perfect_drawing_scores_one_and_a_shifted_one_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is drawn is what the truth says, so that errors can only come from counting."""
    truths: list[np.ndarray] = []
    made = measured.draw_cut

    def remembered(*args: object, **asked: object) -> object:
        found = made(*args, **asked)  # type: ignore[arg-type]
        truths.append(found.label)
        return found

    def perfect(model: Model, frames: np.ndarray, mm: float) -> object:
        from cmrkit.contracts import StackLabels
        from ml_workers.inference.chambers import CLASSES
        from ml_workers.inference.contours import frame_labels

        labels = np.roll(np.stack(truths[-2:]), shift, axis=2)
        shares = [np.stack([(plane == c).astype(np.float32) for c in range(6)]) for plane in labels]
        drawn = [
            frame_labels(0, p, shares[p], labels[p], (0, 0), CLASSES) for p in range(len(labels))
        ]
        return labels, StackLabels(tuple(drawn))

    monkeypatch.setattr(measured, "draw_cut", remembered)
    monkeypatch.setattr(measured, "_segment", perfect)
    shift = 0
    scores = measured.score_drawings(untrained(), hearts=2, drawn=0)
    for by_heart in scores.dice.values():
        assert all(value == 1.0 for found in by_heart.values() for value in found)
    assert scores.missed == 0
    for name, by_heart in scores.landmarks_mm.items():
        assert max(v for found in by_heart.values() for v in found) < 3.0, name
    shift = 4
    moved = measured.score_drawings(untrained(), hearts=2, drawn=0)
    assert max(v for found in moved.dice["LV cavity"].values() for v in found) < 0.97
    apex = [v for found in moved.landmarks_mm["Apex"].values() for v in found]
    assert min(apex) == pytest.approx(4 * 1.5, abs=3.0)

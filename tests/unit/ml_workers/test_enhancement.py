"""Late enhancement: the second look, cleaning, what is refused, what is learnt from, the tables."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cmrkit.agreement import dice
from cmrkit.contracts.kinds import SequenceKind
from cmrkit.phantom import HeartParameters, Infarct, simulate_enhancement
from cmrkit.phantom.picture import Scene
from cmrkit.quality import ImageFacts
from ml_workers.commands.train import train_shipped
from ml_workers.errors import BadInput, ModelCorrupt, OutOfScope
from ml_workers.evaluation import emidec as measured
from ml_workers.evaluation.emidec import CaseScore
from ml_workers.inference import Spacing, segment_stack
from ml_workers.inference.enhancement import (
    CAVITY,
    CLASSES,
    MYOCARDIUM,
    SCAR,
    _Seen,
    _smallest_px,
    clean_enhancement,
    segment_enhancement,
)
from ml_workers.inference.heart import find_heart
from ml_workers.inference.heart_frame import HeartFrame
from ml_workers.inference.scope import Scope
from ml_workers.networks.unet import UNet
from ml_workers.registry import CARD, open_model
from ml_workers.task import LGE_SAX
from ml_workers.training import emidec, late_enhancement, recipes
from ml_workers.training.beginning import from_cine
from ml_workers.training.enhancement import drawn_slices, enhancement_slice
from ml_workers.training.late_enhancement import FIVE, FREE_LGE, FROM_CINE
from ml_workers.training.loop import Recipe
from ml_workers.weights import InputConvention, Model, load_weights, save_weights

PLAIN = Spacing(1.4, 1.4)


def ellipse(row: float, column: float, height: float, width: float) -> np.ndarray:
    y, x = np.mgrid[:200, :240]
    return ((y - row) / height * 2) ** 2 + ((x - column) / width * 2) ** 2 < 1


@pytest.fixture(scope="module")
def model() -> Model:
    """Of chance weights: what it draws means nothing."""
    torch.manual_seed(0)
    convention = InputConvention(heart_px=80.0)
    return Model(UNet(FIVE).eval(), FIVE, convention, "0" * 64, task=LGE_SAX)


def test_the_second_look_makes_a_squeezed_heart_round_and_finds_its_way_back() -> None:
    heart = np.stack([ellipse(81.3, 120.6, 44, 110)] * 3 + [ellipse(80, 122, 20, 50)])
    frame = HeartFrame.around(heart)
    assert frame is not None
    assert (frame.height, frame.width) == pytest.approx((44, 110), abs=1.5)
    seen = frame.look_at_labels(heart.astype(np.uint8), 128, 80.0)
    rows, columns = np.nonzero(seen[0].numpy())
    assert np.ptp(rows) + 1 == pytest.approx(80, abs=2)
    assert np.ptp(columns) + 1 == pytest.approx(80, abs=2)
    assert (rows.mean(), columns.mean()) == pytest.approx((63.5, 63.5), abs=1.5)
    back = frame.back(seen[:, None].float(), 80.0, heart.shape[1:])[:, 0].numpy() > 0.5
    assert (dice(back, heart) or 0) > 0.98
    picture = frame.look(heart.astype(np.float32) * 700, 128, 80.0, (1.0, 99.0))
    assert (dice(picture[0, 0].numpy() > 0, seen[0].numpy() > 0) or 0) > 0.98


def test_nothing_has_no_frame() -> None:
    assert HeartFrame.around(np.zeros((3, 50, 50), dtype=bool)) is None
    few = np.zeros((3, 50, 50), dtype=bool)
    few[1, 4:8, 4:8] = True
    assert HeartFrame.around(few) is None


class Bright(nn.Module):
    """Takes all that is bright for LV cavity."""

    def forward(self, x: Tensor) -> list[Tensor]:
        cavity = (x - 1) * 20
        return [torch.cat([torch.zeros_like(x), cavity, *[torch.full_like(x, -9)] * 3], dim=1)]


def test_the_heart_is_sought_in_the_middle_by_all_its_labels() -> None:
    """The larger bright thing lies in the corner: only a search that trusts corners takes it."""
    y, x = np.mgrid[:200, :200]
    heart = np.hypot(y - 108, x - 95) < 12
    other = np.hypot(y - 34, x - 30) < 16
    frames = torch.from_numpy((heart | other).astype(np.float32))[None, None]
    model = Model(Bright(), None, InputConvention(), "0" * 64, task=LGE_SAX)
    found = find_heart(model, frames, torch.device("cpu"))
    assert found == pytest.approx((108, 95), abs=10)  # a rim of the other pulls a little
    anywhere = replace(model, task=replace(LGE_SAX, middle=0.0))
    assert find_heart(anywhere, frames, torch.device("cpu")) == pytest.approx((34, 30), abs=10)


def test_cleaning_leaves_one_ventricle_with_scar_inside_it() -> None:
    labels = np.zeros((2, 200, 240), dtype=np.uint8)
    for plane in labels:
        plane[ellipse(100, 100, 60, 60)] = MYOCARDIUM
        plane[ellipse(100, 100, 40, 40)] = CAVITY
    labels[0, 100:103, 100:103] = 0  # a hole in the blood
    labels[0, 72:76, 98:104] = SCAR
    labels[0, 10:16, 10:16] = SCAR  # far from the heart
    labels[1, 124, 100] = SCAR  # one pixel
    labels[1, 180:190, 200:210] = CAVITY
    cleaned = clean_enhancement(labels, smallest_px=3)
    assert (cleaned[0, 100:103, 100:103] == CAVITY).all()
    assert (cleaned[0] == SCAR).sum() == 24
    assert not (cleaned[1] == SCAR).any()
    assert cleaned[1, 124, 100] == MYOCARDIUM
    assert not cleaned[1, 150:].any()
    assert not clean_enhancement(np.zeros_like(labels)).any()


def test_an_empty_slice_takes_no_other_with_it() -> None:
    """At both looks: the second one's frame follows from what the first one kept."""
    scene = Scene(seed=8, matrix=(96, 96), spacing_mm=2.1, centre_mm=(104.0, 98.0))
    infarct = Infarct(half_rad=0.9, transmurality=0.8)
    heart = simulate_enhancement(
        HeartParameters(wall_mm=11.0), infarct, n_slices=7, slice_spacing_mm=10, scene=scene
    )
    shipped, spacing = open_model("lge-sax-free"), Spacing(*heart.meta.pixel_spacing_mm)
    pixels = np.delete(heart.pixels, 3, axis=0)
    without = segment_enhancement(shipped, pixels, spacing)
    assert without.labels.any(axis=(1, 2, 3)).sum() > 3
    holed = segment_enhancement(shipped, np.insert(pixels, 3, 0, axis=0), spacing)
    assert not holed.labels[3].any()
    assert np.array_equal(np.delete(holed.labels, 3, axis=0), without.labels)
    assert holed.scar_share == without.scar_share
    for frame in holed.contours.frames:
        plane = holed.labels[frame.slice_index, 0]
        held = {code for code, classes in CLASSES.items() if np.isin(plane, classes).any()}
        assert set(frame.structures) == held


def test_the_smallest_scar_that_is_kept_has_a_contour() -> None:
    labels = np.zeros((1, 48, 48), dtype=np.uint8)
    labels[0, 12:36, 12:36] = MYOCARDIUM
    labels[0, 18:30, 18:30] = CAVITY
    labels[0, 14, 20:24] = SCAR  # 4 pixels of 1.4 mm: 7.8 mm²
    labels[0, 33, 20:24], labels[0, 33, 30:32] = SCAR, SCAR
    cleaned = clean_enhancement(labels, _smallest_px(PLAIN))
    shares = np.where(cleaned == np.arange(5)[:, None, None], 0.6, 0.1).astype(np.float32)
    frame = _Seen(shares[None], 0, 0).contours_of(cleaned[0], 0, 0, _smallest_px(PLAIN))
    assert len(frame.structures["scar"]) == 2


def facts(kind: str, n_phases: int = 1) -> Scope:
    return Scope(ImageFacts(4, n_phases, 96, 96, 1.4, 1.4, sequence_kind=kind), refuse=True)


def images(n_phases: int = 1) -> np.ndarray:
    y, x = np.mgrid[:96, :96]
    plane = 300 + 200 * np.sin(x / 9.0) * np.cos(y / 7.0)
    return np.broadcast_to(plane, (4, n_phases, 96, 96)).astype(np.float32).copy()


def test_each_model_refuses_what_the_other_draws_by_name(model: Model) -> None:
    with pytest.raises(OutOfScope, match="no late enhancement") as refusal:
        segment_enhancement(model, images(), PLAIN, scope=facts("cine"))
    assert refusal.value.code == "not_late_enhancement"
    cine = open_model("cine-sax-undertrained")
    for kind in (SequenceKind.LGE, SequenceKind.LGE_PSIR):
        with pytest.raises(OutOfScope) as refusal:
            segment_stack(cine, images(), PLAIN, scope=facts(kind))
        assert refusal.value.code == "not_cine"
        segment_enhancement(model, images(), PLAIN, scope=facts(kind))


def test_without_a_header_a_cine_is_told_by_its_phases(model: Model) -> None:
    with pytest.raises(OutOfScope, match="3 phases"):
        segment_enhancement(model, images(3), PLAIN, scope=Scope(refuse=True))
    drawn = segment_enhancement(model, images(), PLAIN, scope=Scope(refuse=True))
    assert drawn.labels.shape == (4, 1, 96, 96)
    cine = open_model("cine-sax-undertrained")
    found = segment_stack(cine, images(), PLAIN).findings
    assert "one_phase" in {finding.code for finding in found}


def test_signed_values_of_a_phase_sensitive_image_are_no_reason_to_refuse(model: Model) -> None:
    signed = images() - 2000
    segment_enhancement(model, signed, PLAIN, scope=facts(SequenceKind.LGE_PSIR))
    with pytest.raises(BadInput):
        segment_enhancement(model, signed[:, 0], PLAIN)
    with pytest.raises(OutOfScope, match="not finite"):
        segment_enhancement(model, signed * np.nan, PLAIN, scope=facts("lge"))


def test_a_model_of_late_enhancement_draws_no_cine(model: Model) -> None:
    with pytest.raises(BadInput, match="lge-sax"):
        segment_stack(model, images(2), PLAIN)


def test_weights_and_card_say_what_a_model_draws(tmp_path: Path, model: Model) -> None:
    path = tmp_path / "a.safetensors"
    save_weights(path, model.network.state_dict(), FIVE, model.convention, LGE_SAX)
    again = load_weights(path)
    assert (again.task, again.convention.heart_px) == (LGE_SAX, 80.0)
    assert load_weights(tmp_path / "a.safetensors").architecture == FIVE


def test_the_recipe_makes_a_package_that_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = replace(FREE_LGE, load=lambda data: drawn_slices(3, 2, 1))
    small = replace(small, recipe=Recipe(steps=2, batch=2, ema=0.9))
    monkeypatch.setitem(recipes.RECIPES, "lge-sax-free", small)
    card = train_shipped("lge-sax-free", tmp_path, tmp_path / "made")
    assert card is not None
    assert card["task"] == "lge-sax"
    assert card["labels"]["3"] == "scar"
    made = open_model(str(tmp_path / "made"))
    assert made.task is LGE_SAX
    segment_enhancement(made, images(), PLAIN)
    (tmp_path / "made" / CARD).write_text(json.dumps({**card, "task": "spleen"}))
    with pytest.raises(ModelCorrupt, match="task"):
        open_model(str(tmp_path / "made"))


def test_it_begins_with_what_the_cine_model_knows() -> None:
    """Cavity and muscle change places with those of the cine; the new classes begin as muscle."""
    cine, network = open_model("cine-sax-free").network, UNet(FIVE)
    network.load_state_dict(from_cine(FIVE, FROM_CINE))
    x = torch.randn(1, 1, 64, 64)
    with torch.inference_mode():
        before, after = cine.eval()(x)[0][0], network.eval()(x)[0][0]
    for code, was in enumerate(late_enhancement.FROM_CINE):
        assert torch.allclose(after[code], before[was], atol=1e-5)


def test_drawn_scars_lie_in_the_wall_and_come_again_from_their_seed() -> None:
    labels = []
    for k in range(12):
        image, label = enhancement_slice(np.random.default_rng([5, k]))
        image2, label2 = enhancement_slice(np.random.default_rng([5, k]))
        assert np.array_equal(image, image2)
        assert np.array_equal(label, label2)
        labels.append(label)
        if (label == SCAR).any():
            cavity, whole = label == CAVITY, label > 0
            assert not (clean_enhancement(label[None])[0] != label)[cavity].any()
            assert whole[label >= SCAR].all()
    assert {int(c) for label in labels for c in np.unique(label)} == {0, 1, 2, 3, 4}


def test_the_split_of_emidec_keeps_cases_apart() -> None:
    assert len(emidec.HELD_OUT) == 15
    assert not set(emidec.HELD_OUT) & set(emidec.VALIDATION)
    assert sum(name.startswith("P") for name in emidec.HELD_OUT) == 10


def test_nothing_kept_out_is_trained_on(shared_data: Path) -> None:
    seen = {case.name for case in emidec.lge_cases(shared_data / "lge_png")}
    assert len(seen) == 54
    assert not seen & {*emidec.HELD_OUT, *emidec.VALIDATION}


def score(case: str, infarct: float | None, share: float, theirs: float, reflow: bool) -> CaseScore:
    dices = {"LV cavity": 0.9, "Myocardium": 0.8, "Infarct": infarct, "No-reflow": None}
    whole = {measured.WHOLE_INFARCT: infarct}
    levels = {"base": infarct, "mid": None, "apex": None}
    return CaseScore(case, {**dices, **whole}, levels, share, theirs, reflow)


def test_cases_without_an_infarct_count_as_false_positives_not_as_overlap() -> None:
    scores = (
        score("P1", 0.7, 20.0, 25.0, False),
        score("P2", 0.0, 0.0, 5.0, True),
        score("N1", None, 0.0, 0.0, False),
        score("N2", 0.0, 3.0, 0.0, False),
    )
    by_name = {row["name"]: row for table in measured.tables(scores) for row in table["rows"]}
    assert (by_name["Infarct"]["value"], by_name["Infarct"]["n"]) == (0.35, 2)
    assert (by_name["No-reflow"]["value"], by_name["No-reflow"]["n"]) == (0.0, 1)
    assert (by_name["Base"]["value"], by_name["Base"]["n"]) == (0.35, 2)
    assert "Mid" not in by_name
    assert by_name["With infarct: bias (points)"]["value"] == -5.0
    assert by_name["With infarct: none drawn"]["value"] == 1
    assert by_name["Without infarct: share drawn (percent)"]["value"] == 1.5
    assert by_name["Without infarct: any drawn"]["value"] == 1

"""Training on reference labels: validation cases are measured and never learnt from."""

import json

import pytest
import torch

from cmrkit.contracts import JobKind, Split
from ml_workers.device import best_device
from ml_workers.errors import BadInput
from ml_workers.registry import package_named
from ml_workers.training.from_labels import labelled_slices
from ml_workers.training.validate import make_validation
from tests.factories.imaging import small_phantom
from tests.factories.working import Kept

BASE = "cine-sax-undertrained"
SHORT = {"steps": 3, "batch": 2, "lr": 1e-4}


def test_a_validation_case_gives_points_of_dice() -> None:
    kept = Kept()
    items = [
        kept.add("a", small_phantom(1, 3, 2), Split.TRAIN),
        kept.add("b", small_phantom(2, 3, 2), Split.VALIDATION),
        kept.add("c", small_phantom(3, 3, 2), Split.TEST),
    ]
    output = kept.run(JobKind.TRAIN, items, model=BASE, params=SHORT)
    assert [p["step"] for p in kept.points] == [3]
    assert 0 < kept.points[-1]["val_dice"] <= 1
    assert output["val_dice"] == kept.points[-1]["val_dice"]
    card = json.loads(kept.artifacts["card"])
    (table,) = card["metrics"]
    assert table["title"] == "Validation slices"
    assert table["rows"] == [{"name": "Dice", "value": output["val_dice"]}]
    assert card["training_data"][-1]["use"].startswith("1 cases, 6 frames")


def test_without_validation_cases_there_is_no_dice() -> None:
    kept = Kept()
    output = kept.run(
        JobKind.TRAIN,
        [kept.add("a", small_phantom(1, 3, 2), Split.TRAIN)],
        model=BASE,
        params=SHORT,
    )
    assert output["val_dice"] is None
    assert [p["val_dice"] for p in kept.points] == [None]


def test_validation_cases_alone_can_not_be_learnt_from() -> None:
    kept = Kept()
    item = kept.add("a", small_phantom(1, 3, 2), Split.VALIDATION)
    with pytest.raises(BadInput, match="training cases"):
        kept.run(JobKind.TRAIN, [item], model=BASE, params=SHORT)


def test_validation_runs_where_the_network_is() -> None:
    """And gives the Dice that the network's own labels have on whole crops."""
    model = package_named(BASE).load()
    phantom = small_phantom(4, 3, 2)
    slices = labelled_slices(
        phantom.pixels,
        phantom.meta,
        phantom.labels,
        subject="a",
        pixel_mm=model.convention.pixel_mm,
    )
    validate = make_validation(slices, model.convention.crop)
    assert validate is not None
    network = model.network.to(best_device())
    score = validate(network)
    assert 0.2 < score < 1
    with torch.no_grad():
        for weights in network.parameters():
            weights.zero_()
    assert validate(network) < score


@pytest.mark.parametrize("params", [{"steps": 0}, {"lr": "fast"}, {"batch": 1000}, {"seed": -1}])
def test_a_recipe_that_can_not_be_run_is_refused(params: dict[str, object]) -> None:
    kept = Kept()
    with pytest.raises(BadInput):
        kept.run(
            JobKind.TRAIN,
            [kept.add("a", small_phantom(1, 3, 2), Split.TRAIN)],
            model=BASE,
            params=params,
        )

"""The shipped check of kinds: planted wrong tags on phantoms are found, right ones raise nothing."""

from dataclasses import replace

import numpy as np
import pytest

from cmrkit.contracts import JobKind, Split
from cmrkit.phantom import (
    LongAxisView,
    random_atria,
    random_parameters,
    simulate_cine,
    simulate_long_axis,
)
from cmrkit.quality.kind_check import kind_doubt
from ml_workers.errors import ModelCorrupt, ModelMissing
from ml_workers.inference.run import Spacing
from ml_workers.kinds import look
from ml_workers.kinds.look import load_head, save_head, shares_of
from tests.factories.working import Kept

SEEDS = range(500, 506)
PLAIN = Spacing(1.4, 1.4)


@pytest.fixture(scope="module")
def phantoms() -> list[tuple[str, np.ndarray]]:
    """View and pixels of seeded studies, none of which was learnt from."""
    found = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        heart = random_parameters(rng)
        short = simulate_cine(heart, n_slices=8, n_phases=2, seed=seed)
        found.append(("SAX", short.pixels))
        for view in LongAxisView:
            long = simulate_long_axis(heart, view, atria=random_atria(rng), n_phases=2, seed=seed)
            found.append((str(view), long.pixels))
    return found


def test_right_tags_raise_nothing_and_planted_wrong_ones_are_found(
    phantoms: list[tuple[str, np.ndarray]],
) -> None:
    """A long axis named short is found half the time, a short one named long always."""
    found: dict[bool, list[bool]] = {True: [], False: []}
    for view, pixels in phantoms:
        shares = shares_of(pixels, PLAIN)
        assert shares is not None
        assert sum(shares.values()) == pytest.approx(1, abs=1e-3)
        assert kind_doubt("cine", view, shares) is None, (view, shares)
        short = view == "SAX"
        wrong = kind_doubt("cine", "4CH" if short else "SAX", shares)
        found[short].append(wrong is not None)
    assert all(found[True])
    assert sum(found[False]) >= len(found[False]) / 3


def test_nothing_to_see_says_nothing() -> None:
    assert shares_of(np.zeros((3, 4, 64, 64)), PLAIN) is None
    assert shares_of(np.full((1, 1, 64, 64), np.nan), PLAIN) is None


def test_the_job_answers_for_each_stack_it_was_given() -> None:
    kept = Kept()
    cine = simulate_cine(random_parameters(np.random.default_rng(1)), n_slices=4, n_phases=2)
    wrong = replace(cine, meta=replace(cine.meta, view="4CH"))
    items = [kept.add("right", cine, Split.TEST), kept.add("wrong", wrong, Split.TEST)]
    output = kept.run(JobKind.CHECK_KIND, items)
    assert [row["stack"] for row in output["looks"]] == ["right", "wrong"]
    right, wrongly = (row["shares"] for row in output["looks"])
    assert right == wrongly  # the header is not looked at
    assert kind_doubt("cine", "SAX", right) is None
    assert kind_doubt("cine", "4CH", wrongly) is not None


def test_a_head_of_another_encoder_is_refused(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelMissing):
        load_head(tmp_path / "none")
    monkeypatch.setattr(look, "encoder_sha256", lambda: "0" * 64)
    save_head(tmp_path, _any(), {})
    monkeypatch.undo()
    with pytest.raises(ModelCorrupt, match="another cine model"):
        load_head(tmp_path)


def _any() -> look.Head:
    return look.Head(*(np.zeros(3, dtype=np.float32) for _ in range(4)))

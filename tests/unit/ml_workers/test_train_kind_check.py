"""The command that fits the check of kinds: small here, the same every time, and usable."""

import json
from pathlib import Path
from typing import Any

import pytest

from cmrkit.quality.kind_check import Shown
from ml_workers.__main__ import main
from ml_workers.inference.run import Spacing
from ml_workers.kinds.drawn import drawn_pictures
from ml_workers.kinds.look import FILE, Head, load_head, shares_of
from ml_workers.kinds.training import PENALTY, SEED


def train(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    asked = ["--out", str(folder), "--pictures", "4", "--looks", "1"]
    assert main(["--threads", "1", "train-kind-check", *asked]) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def best(head: Head, image: Any, mm: float) -> Shown:
    shares = shares_of(image[None, None], Spacing(mm, mm), head)
    assert shares is not None
    assert sum(shares.values()) == pytest.approx(1, abs=1e-3)
    return max(Shown, key=lambda shown: shares[shown])


def test_it_learns_what_it_was_shown_and_says_how(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = train(tmp_path / "a", capsys)
    assert (said["pictures_per_drawing"], said["looks"], said["penalty"]) == (4, 1, PENALTY)
    train(tmp_path / "b", capsys)
    assert (tmp_path / "a" / FILE).read_bytes() == (tmp_path / "b" / FILE).read_bytes()
    head = load_head(tmp_path / "a")
    found = [(shown, best(head, image, mm)) for shown, image, mm in drawn_pictures(4, SEED)]
    right = sum(shown is answer for shown, answer in found)
    assert right >= 12, found  # of 16; one picture was seen from one side alone


@pytest.mark.parametrize("n", ["0", "-3", "many"])
def test_a_size_that_makes_no_sense_is_refused(
    n: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["train-kind-check", "--out", str(tmp_path), "--pictures", n])
    assert refused.value.code == 2
    assert "--pictures" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())

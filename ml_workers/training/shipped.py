"""The models that Accord ships: their data, recipe and what their cards say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import torch

from ml_workers.networks.unet import Architecture
from ml_workers.training import acdc, sunnybrook, synthetic
from ml_workers.training.loop import Recipe
from ml_workers.training.package import About
from ml_workers.training.slices import LabelledSlice
from ml_workers.weights import InputConvention

VERSION = "1.0.0"
SYNTHETIC = 2400
PHANTOMS = 600
COMMAND = "python -m ml_workers train {name} --data ../shared/data --out {out} --minutes {minutes}"

ACDC_DATA = {
    "name": "ACDC training set, 60 patients at ED and ES",
    "licence": "CC BY-NC-SA 4.0",
    "use": "all labels; patients 013-015, 033-035, 053-055, 073-075, 093-095 kept out",
}
SUNNYBROOK_DATA = {
    "name": "Sunnybrook Cardiac Data, SC-HF-I-1 and SC-HF-I-2",
    "licence": "CC0",
    "use": "36 frames with endocardium, 18 of them with epicardium; what is absent is unknown",
}
SYNTHETIC_DATA = {
    "name": f"{SYNTHETIC} synthetic and {PHANTOMS} phantom slices "
    "(ml_workers.training.synthetic, seed 7)",
    "licence": "made by this code",
    "use": "all labels",
}
LIMITS = [
    "Short-axis balanced steady-state cine only; one frame at a time.",
    "Weakest at the apex, at the base, and on the right ventricle at end-systole.",
    "Not a medical device: a person decides on every contour.",
]


@dataclass(frozen=True)
class Shipped:
    """One model with a recipe: where it goes, what it learns from and how. ``start``: the weights
    that it begins with, chance where there is none."""

    folder: str
    about: About
    recipe: Recipe
    load: Callable[[Path], list[LabelledSlice]]
    architecture: Architecture = field(default_factory=Architecture)
    heart_px: float = 0.0
    start: Callable[[], dict[str, torch.Tensor]] | None = None
    pixel_mm: float = InputConvention().pixel_mm

    @property
    def convention(self) -> InputConvention:
        return InputConvention(self.pixel_mm, crop=self.recipe.size, heart_px=self.heart_px)


@dataclass(frozen=True)
class Stage:
    """One stretch of training a further member. ``anew``: from chance, else on from what was
    before it, at first the first member. ``learns``: what from, for the card."""

    recipe: Recipe
    load: Callable[[Path], list[LabelledSlice]]
    learns: str
    anew: bool = False


def _drawn_stage(*, seed: int, squeezed: float, filled: bool) -> Stage:
    """``squeezed`` and ``filled`` as in ``synthetic.synthetic_slices``."""
    return Stage(
        recipe=Recipe(steps=100_000, lr=1e-3, ema=0.995, seed=seed, max_minutes=12),
        load=partial(_drawn_and_real, seed=6 + seed, squeezed=squeezed, filled=filled),
        learns=f"slices drawn anew (squeezed {squeezed}, filled {filled})",
    )


def _acdc_stage(seed: int) -> Stage:
    return Stage(
        recipe=Recipe(steps=14_000, seed=seed),
        load=_acdc_data,
        learns="the slices of the first member",
        anew=True,
    )


def _free_data(data: Path) -> list[LabelledSlice]:
    return _drawn_and_real(data, 7)


def _drawn_and_real(
    data: Path, seed: int, *, squeezed: float = 0.0, filled: bool = False
) -> list[LabelledSlice]:
    """Drawn slices and the two Sunnybrook patients, three to two in what is drawn."""
    real = sunnybrook.labelled_slices(
        data / "sunnybrook", pixel_mm=InputConvention().pixel_mm, weight=55.0
    )
    drawn = synthetic.synthetic_slices(SYNTHETIC, seed=seed, squeezed=squeezed, filled=filled)
    return [*drawn, *synthetic.phantom_slices(PHANTOMS, seed=seed), *real]


def _acdc_data(data: Path) -> list[LabelledSlice]:
    return acdc.labelled_slices(data / "acdc")


# further members of an ensemble
MEMBERS: dict[str, dict[int, tuple[Stage, ...]]] = {
    "cine-sax-free": {
        2: (
            _drawn_stage(seed=2, squeezed=0.5, filled=False),
            _drawn_stage(seed=3, squeezed=0.6, filled=True),
        )
    },
    "cine-sax-acdc": {2: (_acdc_stage(seed=2),)},
}

ACDC = Shipped(
    folder="noncommercial/cine-sax-acdc",
    about=About(
        name="cine-sax-acdc",
        version=VERSION,
        title="Short-axis cine, ACDC (non-commercial)",
        summary="LV cavity, myocardium and RV cavity on short-axis cine, learnt from 60 patients "
        "of the ACDC challenge.",
        licence="CC BY-NC-SA 4.0; cite Bernard et al., IEEE TMI 37(11), 2018",
        training_data=[ACDC_DATA],
        training_command=COMMAND.format(
            name="cine-sax-acdc", out="models/noncommercial/cine-sax-acdc", minutes=118
        ),
        noncommercial=True,
        limits=LIMITS,
    ),
    recipe=Recipe(steps=100_000, max_minutes=118),
    load=_acdc_data,
)
FREE = Shipped(
    folder="cine-sax-free",
    about=About(
        name="cine-sax-free",
        version=VERSION,
        title="Short-axis cine, free of data licences",
        summary="LV cavity, myocardium and RV cavity on short-axis cine, learnt from synthetic "
        "slices and two Sunnybrook patients. No right ventricle of a person was ever shown to it.",
        licence="Apache-2.0",
        training_data=[SYNTHETIC_DATA, SUNNYBROOK_DATA],
        training_command=COMMAND.format(
            name="cine-sax-free", out="models/cine-sax-free", minutes=105
        ),
        limits=[
            "The right ventricle was learnt from drawings alone.",
            "A strongly contracted heart, and a left ventricle pressed by the right one, are drawn "
            "badly more often than others.",
            *LIMITS,
        ],
    ),
    recipe=Recipe(steps=100_000, max_minutes=105),
    load=_free_data,
)
UNDERTRAINED = Shipped(
    folder="cine-sax-undertrained",
    about=About(
        name="cine-sax-undertrained",
        version=VERSION,
        title="Short-axis cine, deliberately undertrained",
        summary="cine-sax-free stopped after 100 steps: poor on purpose, so that a project can see "
        "a better model take its place.",
        licence="Apache-2.0",
        training_data=[SYNTHETIC_DATA, SUNNYBROOK_DATA],
        training_command=COMMAND.format(
            name="cine-sax-undertrained", out="models/cine-sax-undertrained", minutes=0
        ),
        demonstration=True,
        limits=["Poor everywhere, by design.", *LIMITS],
    ),
    recipe=Recipe(steps=100),
    load=_free_data,
)

"""What is fixed before the loop begins."""

from dataclasses import asdict, dataclass, field
from typing import Any

from cmrkit.gate import GateRules
from cmrkit.selection import Strategy
from ml_workers.training.acdc import HELD_OUT
from ml_workers.training.loop import Recipe

# three of each disease group; the reporting patients are the three that follow in each group
GATE_PATIENTS = tuple(
    f"patient{n:03d}" for base in (10, 30, 50, 70, 90) for n in range(base, base + 3)
)
REPORTING_PATIENTS = HELD_OUT


@dataclass(frozen=True)
class Arm:
    """One simulated project: its own champion, its own labels."""

    strategy: Strategy
    seed: int

    def __str__(self) -> str:
        return f"{self.strategy}-{self.seed}"


@dataclass(frozen=True)
class Setup:
    """``strategies``: random, which the others are compared with, and at least one other.
    ``rules`` are the gate plan, stated before anything is trained. ``shift_px``: how far down
    the labels of the damaged set lie."""

    start: str = "cine-sax-free"
    strategies: tuple[Strategy, ...] = (Strategy.RANDOM, Strategy.COMBINED)
    seeds: int = 3
    rounds: int = 4
    batch: int = 5
    steps: int = 100
    slices_per_step: int = 8
    lr: float = 5e-4
    shift_px: int = 8
    rules: GateRules = field(default_factory=lambda: GateRules(min_cases=len(GATE_PATIENTS)))

    @property
    def arms(self) -> list[Arm]:
        return [Arm(s, seed) for seed in range(1, self.seeds + 1) for s in self.strategies]

    @property
    def damaged_rounds(self) -> list[int]:
        """Rounds of the first arm that are taken again with damaged labels: first and last."""
        return sorted({1, self.rounds})

    def recipe(self, arm: Arm, round_: int, size: int) -> Recipe:
        """The portal's recipe of fine-tuning. All strategies train with the same dice."""
        return Recipe(
            steps=self.steps,
            batch=self.slices_per_step,
            size=size,
            lr=self.lr,
            warmup=10,
            ema=0.99,
            seed=100 * arm.seed + round_,
        )

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "strategies": [str(s) for s in self.strategies],
            "gate_patients": list(GATE_PATIENTS),
            "reporting_patients": list(REPORTING_PATIENTS),
        }

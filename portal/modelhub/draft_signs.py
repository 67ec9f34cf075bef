"""What a worker said of a draft beside its contours: how good, how doubted, and where it lies."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

MOST_DIMENSIONS = 4096  # of an embedding: a worker may be one from elsewhere


@dataclass(frozen=True)
class DraftSigns:
    """None, or empty, where it isn't said. expected_dice: mean over structures, ED and ES.
    uncertainty: entropy per pixel of the heart. disagreement: of the model's opinions.
    contrast_to_noise: of blood against muscle."""

    uncertainty: float | None = None
    expected_dice: float | None = None
    disagreement: float | None = None
    contrast_to_noise: float | None = None
    embedding: tuple[float, ...] = ()

    @classmethod
    def of(cls, output: Any) -> "DraftSigns":
        """Of a job's output; what a worker from elsewhere wrote otherwise isn't said."""
        said = output if isinstance(output, dict) else {}
        signals = said.get("signals")
        found = signals if isinstance(signals, dict) else {}
        return cls(
            uncertainty=_number(found.get("entropy")),
            expected_dice=_mean_dice(said.get("predicted_dice")),
            disagreement=_number(found.get("disagreement")),
            contrast_to_noise=_number(found.get("contrast_to_noise")),
            embedding=_numbers(found.get("embedding")),
        )

    def __bool__(self) -> bool:
        """Whether anything is said of how well it is drawn."""
        signs = (self.uncertainty, self.expected_dice, self.disagreement)
        return bool(self.embedding) or any(sign is not None for sign in signs)


def _number(value: Any) -> float | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    return float(value) if fits else None


def _numbers(values: Any) -> tuple[float, ...]:
    """Empty where one of them is none."""
    if not isinstance(values, list) or len(values) > MOST_DIMENSIONS:
        return ()
    found = [number for number in map(_number, values) if number is not None]
    return tuple(found) if len(found) == len(values) else ()


def _mean_dice(predicted: Any) -> float | None:
    """Of {structure: {phase: Dice}}."""
    rows = predicted.values() if isinstance(predicted, dict) else ()
    values = [
        number
        for row in rows
        if isinstance(row, dict)
        for value in row.values()
        if (number := _number(value)) is not None and 0 <= number <= 1
    ]
    return sum(values) / len(values) if values else None

"""Expected Dice of a drawn structure: a small linear rule, fitted on hearts that an expert drew."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_workers.errors import ModelCorrupt


@dataclass(frozen=True)
class Rule:
    """``Dice = intercept + Σ weight · (feature − mean) / scale``, held between 0 and 1."""

    intercept: float
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Dice of each row of (n, features)."""
        standard = (features - np.array(self.means)) / np.array(self.scales)
        found: NDArray[np.float64] = np.clip(
            self.intercept + standard @ np.array(self.weights), 0.0, 1.0
        )
        return found


@dataclass(frozen=True)
class Confidence:
    """Rules by structure, for one set of weights. Below ``threshold`` a structure is worth a second
    look; ``about`` says what it was fitted to and how well it does there."""

    weights_sha256: str
    features: tuple[str, ...]
    rules: dict[str, Rule]
    threshold: float
    about: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {
            "weights_sha256": self.weights_sha256,
            "features": list(self.features),
            "threshold": self.threshold,
            "rules": {
                name: {
                    "intercept": round(rule.intercept, 6),
                    "weights": [round(value, 6) for value in rule.weights],
                    "means": [round(value, 6) for value in rule.means],
                    "scales": [round(value, 6) for value in rule.scales],
                }
                for name, rule in self.rules.items()
            },
            "about": self.about,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Confidence":
        try:
            return cls(
                weights_sha256=str(data["weights_sha256"]),
                features=tuple(data["features"]),
                rules={
                    name: Rule(
                        float(rule["intercept"]),
                        *(tuple(rule[key]) for key in ("weights", "means", "scales")),
                    )
                    for name, rule in data["rules"].items()
                },
                threshold=float(data["threshold"]),
                about=dict(data["about"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelCorrupt(f"The confidence of a model can't be used: {error!r}") from error

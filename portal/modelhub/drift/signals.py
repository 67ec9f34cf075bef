"""What is charted: numbers as they are, and shares of what has no order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.modelhub.models import SampleKind

PLACE_DISTANCE = "place_distance"
MOST_SHARES = 4  # of one signal; whatever is rarer is charted together with what is new


@dataclass(frozen=True)
class Sample:
    """``site`` is the site's label."""

    kind: str
    site: str
    on: date
    values: dict[str, Any]


@dataclass(frozen=True)
class Signal:
    """A number per sample, or for ``of_value`` whether it is that one; ``others``: whether it is
    none of those. ``code`` names it for good."""

    kind: str
    name: str
    title: str
    unit: str
    of_value: str | None = None
    others: frozenset[str] | None = None

    @property
    def code(self) -> str:
        if self.others is not None:
            return f"{self.name}:other"
        return self.name if self.of_value is None else f"{self.name}={self.of_value}"[:50]

    @property
    def is_share(self) -> bool:
        return self.of_value is not None or self.others is not None

    def value(self, sample: Sample) -> float | None:
        """None where the sample doesn't say."""
        found = sample.values.get(self.name)
        if found is None or sample.kind != self.kind:
            return None
        if self.others is not None:
            return float((found or "not recorded") not in self.others)
        if self.of_value is not None:
            return float((found or "not recorded") == self.of_value)
        return float(found)


NUMBERS = (
    Signal(SampleKind.INPUT, "pixel_mm", "Pixel spacing", "mm"),
    Signal(SampleKind.INPUT, "n_slices", "Slices", ""),
    Signal(SampleKind.INPUT, "n_phases", "Phases", ""),
    Signal(SampleKind.INPUT, "repetition_ms", "Repetition time", "ms"),
    Signal(SampleKind.INPUT, "phase_ms", "Time between phases", "ms"),
    Signal(SampleKind.OUTPUT, PLACE_DISTANCE, "Images, unlike the reference's", "SD"),
    Signal(SampleKind.OUTPUT, "contrast_to_noise", "Blood against muscle, contrast to noise", ""),
    Signal(SampleKind.OUTPUT, "expected_dice", "Dice to expect of the draft", ""),
    Signal(SampleKind.OUTPUT, "entropy", "Doubt of the model, entropy", ""),
    Signal(SampleKind.OUTPUT, "ef_percent", "EF of the draft", "%"),
    Signal(SampleKind.OUTPUT, "edv_ml", "EDV of the draft", "ml"),
    Signal(SampleKind.BEHAVIOUR, "added_path_mm", "Added path length per frame", "mm"),
    Signal(SampleKind.BEHAVIOUR, "override_share", "Frames redrawn, rejected or added", "share"),
    Signal(SampleKind.BEHAVIOUR, "seconds", "First to last edit", "s"),
)
SHARES = (("vendor", "Vendor"), ("field", "Field"))


def signals_for(reference: Sequence[Sample]) -> list[Signal]:
    """The numbers; and of vendor and field the share of each kind that the reference knows, and of
    all kinds that it doesn't."""
    found = list(NUMBERS)
    for name, title in SHARES:
        known = Counter(
            s.values[name] or "not recorded" for s in reference if s.values.get(name) is not None
        )
        common = [value for value, _ in sorted(known.items(), key=lambda row: (-row[1], row[0]))]
        common = common[:MOST_SHARES]
        if not common:
            continue
        if len(common) > 1:  # of one kind alone the share of all others says it
            found += [
                Signal(SampleKind.INPUT, name, f"{title}: {value}", "share", of_value=value)
                for value in common
            ]
        found.append(
            Signal(
                SampleKind.INPUT,
                name,
                f"{title}: any but {', '.join(common)}"[:120],
                "share",
                others=frozenset(common),
            )
        )
    return found

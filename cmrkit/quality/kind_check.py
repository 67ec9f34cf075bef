"""Do the pixels agree with what the header's rules made of a stack? A second opinion, never more.

A worker says how likely each class is (docs/science/sequence-kinds.md); here it is held against
kind and view. Only a confident contradiction is worth a person's time.
"""

from collections.abc import Mapping
from enum import StrEnum

from cmrkit.contracts.kinds import SequenceKind, View
from cmrkit.quality.finding import Finding

SURE, HARDLY = 0.9, 0.03  # of what the pixels show, and of what the header says


class Shown(StrEnum):
    """What pixels can show. Values are stored. Cine and late enhancement on the short axis are one
    class: told apart by drawings alone, real images were confused."""

    SHORT_AXIS = "short_axis"
    LONG_AXIS = "long_axis"
    NO_HEART = "no_heart"


WORDS = {
    Shown.SHORT_AXIS: "a short axis",
    Shown.LONG_AXIS: "a long axis",
    Shown.NO_HEART: "no heart",
}
_LONG = frozenset({View.CH2, View.CH3, View.CH4})
_CHECKED = frozenset({SequenceKind.CINE, SequenceKind.LGE, SequenceKind.LGE_PSIR})


def expected_of(kind: str, view: str) -> frozenset[Shown] | None:
    """What pixels may show of a stack of that kind and view; None where they aren't asked: no
    pictures of such stacks were ever learnt."""
    if kind not in _CHECKED:
        return None
    if view == View.SAX:
        return frozenset({Shown.SHORT_AXIS})
    if kind != SequenceKind.CINE:
        return None
    if view in _LONG:
        return frozenset({Shown.LONG_AXIS})
    return frozenset({Shown.SHORT_AXIS, Shown.LONG_AXIS}) if view in ("", View.UNKNOWN) else None


def kind_doubt(kind: str, view: str, shares: Mapping[str, float]) -> Finding | None:
    """``kind_doubtful`` where pixels contradict: one other class has at least 0.9 and all that fit
    have less than 0.03 together. ``shares`` are probabilities by class."""
    expected = expected_of(kind, view)
    if expected is None or set(shares) != set(Shown):
        return None
    best = max(Shown, key=lambda shown: shares[shown])
    fits = sum(shares[shown] for shown in expected)
    if best in expected or shares[best] < SURE or fits >= HARDLY:
        return None
    return Finding(
        "kind_doubtful",
        f"The pixels look like {WORDS[best]}, not like what the header says. Look at the images, "
        "and correct kind and view if they are wrong.",
    )

"""Where a difference of volume comes from: choice of slices, choice of phase, contours."""

from collections.abc import Mapping
from dataclasses import dataclass

from cmrkit.errors import InvalidGeometry

Discs = Mapping[tuple[int, int], float]  # (slice, phase) -> ml of that disc


@dataclass(frozen=True)
class Attribution:
    """Parts of B - A in ml; those that are not None add up to ``total_ml`` exactly.

    ``basal_ml``, ``apical_ml``: slices that one reading alone contoured, beyond the others' range.
    ``gap_ml``: such slices in between. ``phase_ml`` and ``contour_ml``: on the slices of both.
    Where no reading was contoured at the other's phase the two can't be told apart: both are None
    and ``phase_and_contour_ml`` has their sum. ``orders`` says how they were found.
    """

    total_ml: float
    basal_ml: float
    apical_ml: float
    gap_ml: float
    phase_ml: float | None
    contour_ml: float | None
    phase_and_contour_ml: float | None
    orders: str


def attribute_difference(
    a: Discs, b: Discs, *, phase_a: int, phase_b: int, base_first: bool
) -> Attribution:
    """Split V_B - V_A of one structure, each reading at its own phase.

    a, b: millilitres of each disc by (slice, phase). A volume is a sum over slices, so what slices
    of one reading alone add needs no order. On the slices of both, phase is what the volume
    changes when only the phase is exchanged, contour when only the reader is: with both readings
    at hand at both phases each is the average over the two orders (Shapley 1953); with one of
    them, that order alone; at one and the same phase all is contour. Raises InvalidGeometry where
    a disc is negative or a reading has none at its phase.
    """
    if any(not ml >= 0 for discs in (a, b) for ml in discs.values()):
        raise InvalidGeometry("A disc can't have a negative volume.")
    own_a = {s: ml for (s, p), ml in a.items() if p == phase_a}
    own_b = {s: ml for (s, p), ml in b.items() if p == phase_b}
    if not own_a or not own_b:
        raise InvalidGeometry("Each reading needs contours at its own phase.")
    both = sorted(own_a.keys() & own_b.keys())
    sides = {"basal": 0.0, "apical": 0.0, "gap": 0.0}
    for s in own_a.keys() ^ own_b.keys():
        sides[_side(s, both, base_first)] += own_b.get(s, 0.0) - own_a.get(s, 0.0)
    shared_a, shared_b = sum(own_a[s] for s in both), sum(own_b[s] for s in both)
    phase, contour, orders = _phase_and_contour(
        shared_a,
        shared_b,
        None if phase_a == phase_b else _at(a, both, phase_b),
        None if phase_a == phase_b else _at(b, both, phase_a),
        same=phase_a == phase_b,
    )
    return Attribution(
        total_ml=sum(own_b.values()) - sum(own_a.values()),
        basal_ml=sides["basal"],
        apical_ml=sides["apical"],
        gap_ml=sides["gap"],
        phase_ml=phase,
        contour_ml=contour,
        phase_and_contour_ml=None if phase is not None else shared_b - shared_a,
        orders=orders,
    )


def _side(s: int, both: list[int], base_first: bool) -> str:
    if not both:
        return "gap"
    if both[0] < s < both[-1]:
        return "gap"
    return "basal" if (s < both[0]) == base_first else "apical"


def _at(discs: Discs, slices: list[int], phase: int) -> float | None:
    """The volume of those slices at that phase, where all of them were contoured there."""
    found = [discs.get((s, phase)) for s in slices]
    return None if None in found else sum(ml for ml in found if ml is not None)


def _phase_and_contour(
    a: float, b: float, a_at_b: float | None, b_at_a: float | None, *, same: bool
) -> tuple[float | None, float | None, str]:
    """a, b: each at its own phase; a_at_b: A's contours at B's phase, b_at_a the reverse."""
    if same:
        return 0.0, b - a, "one phase"
    if a_at_b is not None and b_at_a is not None:
        phase = ((a_at_b - a) + (b - b_at_a)) / 2
        return phase, (b - a) - phase, "mean of both orders"
    if a_at_b is not None:
        return a_at_b - a, b - a_at_b, "phase first"
    if b_at_a is not None:
        return b - b_at_a, b_at_a - a, "contour first"
    return None, None, "not told apart"

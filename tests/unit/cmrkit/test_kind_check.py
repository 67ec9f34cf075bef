"""When pixels contradict a header, and when they are not asked."""

import pytest

from cmrkit.quality import topic_of
from cmrkit.quality.kind_check import Shown, expected_of, kind_doubt


def shares(shown: Shown, p: float = 0.98) -> dict[str, float]:
    return {str(s): p if s is shown else (1 - p) / 2 for s in Shown}


@pytest.mark.parametrize(
    ("kind", "view", "shown"),
    [
        ("cine", "SAX", Shown.LONG_AXIS),
        ("cine", "4CH", Shown.SHORT_AXIS),
        ("cine", "", Shown.NO_HEART),
        ("lge", "SAX", Shown.LONG_AXIS),
        ("lge_psir", "SAX", Shown.NO_HEART),
    ],
)
def test_a_confident_contradiction_is_a_finding(kind: str, view: str, shown: Shown) -> None:
    found = kind_doubt(kind, view, shares(shown))
    assert found is not None
    assert (found.code, found.refuses, topic_of(found.code)) == ("kind_doubtful", False, "kind")


@pytest.mark.parametrize(
    ("kind", "view", "shown", "p"),
    [
        ("cine", "SAX", Shown.SHORT_AXIS, 0.98),
        ("cine", "2CH", Shown.LONG_AXIS, 0.98),
        ("cine", "unknown", Shown.LONG_AXIS, 0.98),
        ("cine", "SAX", Shown.LONG_AXIS, 0.89),  # not sure enough
        ("lge", "4CH", Shown.SHORT_AXIS, 0.98),  # no long-axis enhancement was ever learnt
        ("t1_map", "SAX", Shown.NO_HEART, 0.98),
        ("perfusion", "SAX", Shown.LONG_AXIS, 0.98),
        ("cine", "RVOT", Shown.NO_HEART, 0.98),
    ],
)
def test_all_else_is_silent(kind: str, view: str, shown: Shown, p: float) -> None:
    assert kind_doubt(kind, view, shares(shown, p)) is None


def test_what_fits_may_not_be_likely_too() -> None:
    close = {"short_axis": 0.05, "long_axis": 0.93, "no_heart": 0.02}
    assert kind_doubt("cine", "SAX", close) is None
    assert kind_doubt("lge", "SAX", {**close, "short_axis": 0.01}) is not None


def test_nothing_follows_from_half_an_answer() -> None:
    assert kind_doubt("cine", "SAX", {}) is None
    assert kind_doubt("cine", "SAX", {"long_axis": 1.0}) is None
    assert expected_of("flow", "SAX") is None

"""What a worker said of a draft, and what one from elsewhere may have written instead."""

from typing import Any

import pytest

from portal.modelhub.draft_signs import MOST_DIMENSIONS, DraftSigns

FULL: dict[str, Any] = {
    "predicted_dice": {"lv": {"ed": 0.9, "es": 0.8}, "rv": {"ed": 0.7, "es": 0.6}},
    "signals": {
        "entropy": 0.2,
        "disagreement": 0.1,
        "contrast_to_noise": 11.5,
        "embedding": [1, 2.5],
    },
}


def test_all_that_is_said_is_read() -> None:
    assert DraftSigns.of(FULL) == DraftSigns(0.2, pytest.approx(0.75), 0.1, 11.5, (1.0, 2.5))
    assert DraftSigns.of(FULL)


@pytest.mark.parametrize(
    "output",
    [
        None,
        [],
        {},
        {"predicted_dice": None, "signals": None},
        {"predicted_dice": [0.9], "signals": "much"},
        {"predicted_dice": {"lv": 0.9, "rv": {"ed": 1.5, "es": True}}, "signals": {"entropy": "1"}},
        {"signals": {"entropy": float("nan"), "disagreement": True, "embedding": [1.0, None]}},
        {"signals": {"embedding": [0.0] * (MOST_DIMENSIONS + 1)}},
    ],
)
def test_what_is_no_number_is_not_said(output: Any) -> None:
    assert DraftSigns.of(output) == DraftSigns()
    assert not DraftSigns.of(output)

"""The worker's job refuses a stack that is no short-axis cine, and grades one that is."""

from dataclasses import replace
from typing import Any

import pytest

from cmrkit.contracts import JobKind, Split
from cmrkit.phantom import CinePhantom, HeartParameters, simulate_cine
from cmrkit.phantom.picture import Scene
from ml_workers.errors import OutOfScope
from tests.factories.working import Kept

MODEL = "cine-sax-free"


@pytest.fixture(scope="module")
def phantom() -> CinePhantom:
    scene = Scene(seed=5, matrix=(96, 120), spacing_mm=2.5, centre_mm=(148.0, 118.0))
    return simulate_cine(
        HeartParameters(), n_slices=7, n_phases=2, slice_spacing_mm=12, seed=5, scene=scene
    )


def drafted(phantom: CinePhantom, **facts: Any) -> tuple[dict[str, Any], Kept]:
    kept = Kept()
    item = kept.add("stack", phantom, Split.TEST)
    item = replace(item, meta=replace(item.meta, **facts))
    return kept.run(JobKind.SEGMENT, [item], model=MODEL), kept


def test_a_cine_is_drawn_and_its_images_are_graded(phantom: CinePhantom) -> None:
    output, kept = drafted(phantom)
    assert output["quality"] == {"grade": "good", "reasons": []}
    assert output["findings"] == []
    assert "labels" in kept.artifacts


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"sequence_kind": "lge"}, "not_cine"),
        ({"sequence_kind": "localizer"}, "not_cine"),
        ({"view": "4CH"}, "not_short_axis"),
        ({"pixel_spacing_mm": (0.01, 0.01)}, "implausible_spacing"),
    ],
)
def test_what_the_header_speaks_against_is_refused(
    phantom: CinePhantom, facts: dict[str, Any], code: str
) -> None:
    with pytest.raises(OutOfScope) as refused:
        drafted(phantom, **facts)
    assert refused.value.code == code


def test_an_unknown_kind_is_drawn_and_flagged(phantom: CinePhantom) -> None:
    output, _ = drafted(phantom, sequence_kind="unknown", view="unknown")
    assert {f["code"] for f in output["findings"]} == {"kind_unknown", "view_uncertain"}

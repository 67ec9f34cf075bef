"""Volumes: shared fixtures, closed form, and input that must fail."""

import json
import math
from dataclasses import asdict
from pathlib import Path

import pytest

from cmrkit.contracts import StackLabels, StackMeta
from cmrkit.errors import InvalidGeometry
from cmrkit.volumes import lv_rv_function

from .make_fixtures import FIXTURES, beating, meta


@pytest.mark.parametrize(
    "path", sorted((FIXTURES / "volumes").glob("*.json")), ids=lambda p: p.stem
)
def test_fixture(path: Path) -> None:
    case = json.loads(path.read_text())
    result = lv_rv_function(
        StackMeta.from_json(case["meta"]), StackLabels.from_json(case["labels"]), **case["options"]
    )
    got = json.loads(json.dumps(asdict(result)))
    assert got.keys() == case["expected"].keys()
    for name, expected in case["expected"].items():
        wanted = expected if name == "notes" else pytest.approx(expected)
        assert got[name] == wanted, name


def test_discs_in_closed_form() -> None:
    """Regular 32-gons: area n/2 r² sin(2π/n), pixel 1.5 × 1.25 mm, planes 9 mm apart."""
    labels = StackLabels(tuple(beating([18.0, 12.0], 3, rv=False)))
    result = lv_rv_function(meta(3, 2), labels)

    def ml(radius: float, add: float = 0.0) -> float:
        gon = 16 * math.sin(2 * math.pi / 32) * 1.5 * 1.25 * 9 / 1000
        return sum(gon * (radius * (1 - 0.08 * s) + add) ** 2 for s in range(3))

    assert result.edv_ml == pytest.approx(ml(18), rel=1e-3)
    assert result.esv_ml == pytest.approx(ml(12), rel=1e-3)
    assert result.ef_percent == pytest.approx(100 * (1 - ml(12) / ml(18)), rel=1e-3)
    assert result.mass_g == pytest.approx(1.05 * (ml(18, 7) - ml(18)), rel=1e-3)
    assert (result.ed_phase, result.es_phase) == (0, 1)


def test_a_phase_with_few_contours_is_not_end_systole() -> None:
    frames = beating([18.0, 12.0, 15.0], 6, rv=False)
    labels = StackLabels(tuple(f for f in frames if f.phase_index != 2 or f.slice_index == 0))
    result = lv_rv_function(meta(6, 3), labels)
    assert result.es_phase == 1
    assert any("Phase 3" in note for note in result.notes)


@pytest.mark.parametrize(
    "bad",
    [
        {"stack": {"slice_spacing_mm": 0.0}},
        {"stack": {"pixel_spacing_mm": (1.0, -1.0)}},
        {"options": {"ed_phase": 7}},
        {"options": {"papillary": "elsewhere"}},
    ],
)
def test_what_can_not_be_measured_is_refused(bad) -> None:
    stack = meta(2, 2, **bad.get("stack", {}))
    with pytest.raises(InvalidGeometry):
        lv_rv_function(stack, StackLabels(()), **bad.get("options", {}))

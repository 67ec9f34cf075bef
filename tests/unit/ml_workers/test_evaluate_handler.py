"""One case of an evaluation: which slices count, what is held against what, and the clock."""

from dataclasses import replace
from typing import Any

import pytest

from cmrkit.contracts import FrameLabels, JobKind, Split, StackLabels
from cmrkit.phantom import CinePhantom
from ml_workers.evaluation.cases import Scope, scope_of, score_case
from ml_workers.handlers import evaluate
from tests.factories.imaging import small_phantom
from tests.factories.working import Kept

BOTH = Scope(0, 1)


def without(labels: StackLabels, structure: str, slices: set[int]) -> StackLabels:
    """As a reader draws who has none of the structure there; nothing is said to be complete."""
    frames = tuple(
        FrameLabels(
            frame.slice_index,
            frame.phase_index,
            {
                code: parts
                for code, parts in frame.structures.items()
                if code != structure or frame.slice_index not in slices
            },
        )
        for frame in labels.frames
    )
    return StackLabels(frames)


@pytest.fixture
def phantom() -> CinePhantom:
    return small_phantom(1, 5, 2)


def test_a_structure_on_slices_where_the_reference_has_none_costs_dice(
    phantom: CinePhantom,
) -> None:
    """Where the reference is whole; where it isn't, nobody knows what lies there."""
    unsaid = without(phantom.labels, "rv_endo", {0, 1})
    whole = replace(unsaid, complete_structures=("rv_endo",))
    found, other = (score_case(phantom.meta, r, phantom.labels, BOTH) for r in (whole, unsaid))
    assert found["dice"]["rv_endo"]["ed"] < 0.9
    assert found["dice"]["lv_endo"] == other["dice"]["lv_endo"] == {"ed": 1.0, "es": 1.0}
    assert other["dice"]["rv_endo"]["ed"] == 1.0


def test_what_lies_beyond_base_and_apex_counts_on_neither_side(phantom: CinePhantom) -> None:
    cut = without(without(phantom.labels, "lv_endo", {0}), "lv_epi", {0})
    scope = scope_of(
        phantom.meta,
        phantom.labels,
        {"ed_phase": 0, "es_phase": 1, "first_slice": 1, "last_slice": 3},
    )
    assert scope == Scope(0, 1, (1, 3))
    whole = replace(phantom.labels, complete_structures=("lv_endo", "lv_epi", "rv_endo"))
    found = score_case(phantom.meta, whole, cut, scope)
    assert found["dice"]["lv_endo"] == {"ed": 1.0, "es": 1.0}
    assert found["edv_ml"] == found["reference"]["edv_ml"]
    everywhere = score_case(phantom.meta, whole, cut, BOTH)
    assert everywhere["dice"]["lv_endo"]["ed"] < 1
    assert found["reference"]["edv_ml"] < everywhere["reference"]["edv_ml"]


def test_an_item_without_slices_counts_all_of_them(phantom: CinePhantom) -> None:
    given = {"ed_phase": 0, "es_phase": 1, "first_slice": None, "last_slice": None}
    assert scope_of(phantom.meta, phantom.labels, given) == BOTH


def test_the_clock_starts_when_the_images_are_there(
    phantom: CinePhantom, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]

    class Slow(Kept):
        def fetch(self, url: str) -> bytes:
            now[0] += 60
            return super().fetch(url)

    class Drawn:
        contours = phantom.labels

    def draw(*_: Any) -> Drawn:
        now[0] += 2
        return Drawn()

    monkeypatch.setattr(evaluate.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(evaluate, "segment_stack", draw)
    kept = Slow()
    item = kept.add("a", phantom, Split.TEST, ed_phase=0, es_phase=1)
    output = kept.run(JobKind.EVALUATE, [item], model="cine-sax-undertrained")
    (case,) = output["sides"][0]["cases"]
    assert (case["failed"], case["seconds"]) == (False, 2.0)

"""Composition tables, suppression, joining of cases, differences: nothing of it needs a database."""

import random
from itertools import product

import numpy as np

from cmrkit.contracts import Split
from portal.datasets.comparing import compare_manifests
from portal.datasets.composition import (
    COLUMNS,
    SMALLEST_CELL,
    SUPPRESSED,
    Described,
    composition,
    suppressed_cells,
)
from portal.datasets.leakage import frame_hashes, joined


def test_small_cells_are_not_shown_and_can_not_be_worked_out() -> None:
    """A brute force over what the suppressed cells may be: at least two numbers each."""
    seeded = random.Random(7)
    tried = 0
    for _ in range(60):
        counts = [[seeded.choice((0, 1, 3, 6, 9)) for _ in range(3)] for _ in range(3)]
        hidden = suppressed_cells(counts)
        small = {(r, c) for r, c in product(range(3), range(3)) if 0 < counts[r][c] < SMALLEST_CELL}
        assert small <= hidden
        for line in [[(r, c) for c in range(3)] for r in range(3)] + [
            [(r, c) for r in range(3)] for c in range(3)
        ]:
            assert len(hidden & set(line)) != 1
        tried += bool(small)
    assert tried > 30
    assert suppressed_cells([[5, 9], [0, 12]]) == set()
    assert suppressed_cells([]) == set()


def case(patient: str, split: Split = Split.TRAIN, **values: str) -> Described:
    return Described(patient, split.value, values)


def test_a_table_counts_patients_and_says_what_is_not_recorded() -> None:
    cases = [case(f"p{i}", sex="female") for i in range(6)]
    cases += [case(f"p{i}", Split.TEST, sex="") for i in range(6, 13)]
    cases.append(case("p0", sex="female"))  # a second visit
    found = composition(cases)
    assert found["smallest_cell"] == SMALLEST_CELL
    assert found["tables"]["sex"] == [
        {"value": "female", "train": 6, "validation": 0, "test": 0, "all": 6},
        {"value": "not recorded", "train": 0, "validation": 0, "test": 7, "all": 7},
    ]
    assert [row["value"] for row in found["tables"]["vendor"]] == ["not recorded"]
    (lonely,) = composition([case("p", vendor="GE")])["tables"]["vendor"]
    assert lonely["train"] == lonely["all"] == SUPPRESSED
    assert set(lonely) == {"value", *COLUMNS}


def test_cases_are_joined_by_whatever_they_share() -> None:
    marks = {"a": [1], "b": [2], "c": [1, 3], "d": [3], "e": [], "f": []}
    assert joined(marks) == {"a": "a", "b": "b", "c": "a", "d": "a", "e": "e", "f": "f"}


def test_frames_are_hashed_by_what_they_show() -> None:
    pixels = np.arange(2 * 2 * 3 * 4, dtype=np.float32).reshape(2, 2, 3, 4)
    pixels[1, 1] = 0
    found = frame_hashes(pixels)
    assert len(found) == 3  # the empty frame is alike in everybody
    assert frame_hashes(pixels.astype("<i2")) == found
    assert frame_hashes(pixels[::-1]) == found
    changed = pixels.copy()
    changed[0, 0, 0, 0] += 1
    assert len(set(frame_hashes(changed)) & set(found)) == 2
    assert not set(frame_hashes(pixels.reshape(2, 2, 4, 3))) & set(found)


def manifest(items: dict[str, tuple[str, str]], **rules: str) -> dict[str, object]:
    return {
        "items": [
            {"case": name, "reference": reference, "split": split}
            for name, (reference, split) in items.items()
        ],
        **rules,
    }


def test_the_difference_of_two_versions() -> None:
    old = manifest({"a": ("1", "train"), "b": ("2", "train"), "c": ("3", "test")}, licence="x")
    new = manifest({"a": ("1", "test"), "c": ("9", "test"), "d": ("4", "train")}, licence="y")
    assert compare_manifests(old, new) == {
        "identical": False,
        "added": ["d"],
        "removed": ["b"],
        "reference_changed": ["c"],
        "split_changed": [{"case": "a", "old": "train", "new": "test"}],
        "reads_changed": [],
        "rules": [{"name": "licence", "old": "x", "new": "y"}],
    }
    assert compare_manifests(old, old)["identical"] is True

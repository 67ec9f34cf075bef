"""Where an error came from, told without a word of what was in it."""

import json

from cmrkit.contracts.traces import MOST_LINES, only_places, places_of

SECRET = "Doe^Jane"


def inner(name: str) -> None:
    raise KeyError(name)


def outer(name: str) -> None:
    try:
        inner(name)
    except KeyError as error:
        raise ValueError(f"no {name} in /home/jane/{name}.dcm") from error


def test_classes_and_places_of_the_whole_chain_and_nothing_else() -> None:
    try:
        outer(SECRET)
    except ValueError as error:
        found = places_of(error).splitlines()
    assert found[0] == "ValueError"
    assert [line.split(" ")[-1] for line in found[1:3]] == [
        "test_classes_and_places_of_the_whole_chain_and_nothing_else",
        "outer",
    ]
    assert found[3] == "caused by KeyError"
    assert found[-1].startswith(f"{__name__}:")
    assert found[-1].endswith(" inner")
    assert "oe" not in "\n".join(found).replace("outer", "")
    assert "/" not in "\n".join(found)


def test_a_traceback_that_another_program_sends_is_cut_down_to_places() -> None:
    sent = f"""Traceback (most recent call last):
  File "/data/{SECRET}/x.py", line 3, in run
    raise ValueError("{SECRET}")
ValueError: {SECRET} has pixels [1, 2, 3]
pkg.module:12 run
{json.dumps({"name": SECRET})}
ValueError"""
    assert only_places(sent) == "pkg.module:12 run\nValueError"


def test_it_stays_short() -> None:
    def deep(n: int) -> None:
        if n == 0:
            raise RuntimeError
        deep(n - 1)

    try:
        deep(500)
    except RuntimeError as error:
        lines = places_of(error).splitlines()
    assert len(lines) == MOST_LINES
    assert lines[0] == "RuntimeError"
    assert lines[-1].endswith(" deep")

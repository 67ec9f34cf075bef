"""What readers and the adjudicator do by the same API as their pages, with their own sessions: a
trial of thirty reads would take an hour by mouse."""

import uuid
from collections.abc import Collection
from typing import Any

from tests.browser.people import Person
from tests.browser.portal import PASSWORD
from tests.browser.trial.cast import READERS, P
from tests.browser.trial.hearts import Cell, Heart, Polygon, scaled
from tests.factories.reading import answer_op, freezes_of, op_id

HANDS = {"reader.a": 1.0, "reader.b": 1.012, "reader.c": 0.99, "reader.d": 1.004}
FAR_OFF = 1.16  # the hand that makes a case go to adjudication
QUALITIES = ("good", "usable", "good", "poor", "usable", "poor")  # no two neighbours alike


def reads_of(coordinator: Person) -> dict[str, dict[str, Any]]:
    """Every read of the trial by its id: case, reader, state, whether it is a second one."""
    found = {}
    for case in coordinator.get(f"{P}/cases/?page_size=200")["results"]:
        detail = coordinator.get(f"{P}/cases/{case['id']}/")
        for row in detail["reads"]:
            found[row["id"]] = {**row, "case": case["label"], "case_id": case["id"]}
    return found


def work_of(reader: Person) -> list[str]:
    """The reads that wait for a person, as their front page lists them."""
    sections = reader.get("/api/v1/my-work/")["sections"]
    return [
        item["href"].rsplit("/", 1)[1]
        for section in sections
        if section["key"] == "reads"
        for item in section["items"]
    ]


def hand(reader: str, case_number: int, *, again: bool, far_off: bool) -> float:
    """How much larger than the truth this person draws this case: theirs, a little other on every
    case and the second time."""
    wobble = ((case_number * 7 + len(READERS) * again * 5) % 9 - 4) * 0.002
    return (FAR_OFF if far_off else 1.0) * HANDS[reader] + wobble


def draw(
    reader: Person, read_id: str, heart: Heart, by: float, *, leave: Collection[Cell] = ()
) -> None:
    """Save all contours of ED and ES, but for the cells that are left for the mouse."""
    frames = frames_of(reader, read_id)
    operations = [
        {
            "op_id": op_id(),
            "kind": "contour",
            "structure": structure,
            "sop_instance_uid": frames[s][p]["sop_instance_uid"],
            "frame_number": frames[s][p]["frame_number"],
            "base_version": 0,
            "parts": [scaled(polygon, by)],
        }
        for (structure, s, p), polygon in heart.truth.items()
        if (structure, s, p) not in leave
    ]
    _save(reader, read_id, operations)


def frames_of(reader: Person, read_id: str) -> list[list[dict[str, Any]]]:
    """Of the read's stack, as the reader gets it."""
    read = reader.get(f"/api/v1/reads/{read_id}/")
    stack = reader.get(f"{P}/stacks/{read['stack_id']}/")
    frames: list[list[dict[str, Any]]] = stack["frames"]
    return frames


def answer_and_submit(reader: Person, read_id: str, quality: str) -> None:
    answers = {"assessable": "yes", "quality": quality}
    if quality != "good":
        answers["artefact"] = ["motion"]  # type: ignore[assignment]
    _save(reader, read_id, [answer_op(name, value) for name, value in answers.items()])
    held = reader.get(f"/api/v1/reads/{read_id}/annotations/")
    body = {"op_id": op_id(), "freezes": freezes_of(held)}
    reader.post(f"/api/v1/reads/{read_id}/submit/", body)


def _save(reader: Person, read_id: str, operations: list[dict[str, Any]]) -> None:
    saved = reader.post(f"/api/v1/reads/{read_id}/operations/", {"operations": operations})
    assert {row["outcome"] for row in saved["results"]} == {"applied"}, saved


def settle(adjudicator: Person, adjudication_id: str) -> None:
    """Begin, take the first reading whole, answer what it doesn't (the AI's answers nothing), sign."""
    path = f"/api/v1/adjudications/{adjudication_id}"
    read_id = adjudicator.post(f"{path}/start/", {})["read_id"]
    found = adjudicator.get(f"{path}/")
    reason = found["decision_reasons"][0]["value"]
    body = {"op_id": uuid.uuid4().hex, "source": "a", "reason": reason}
    adjudicator.post(f"{path}/decide/", body)
    held = adjudicator.get(f"/api/v1/reads/{read_id}/annotations/")["answers"]
    versions = {row["question"]: row["version"] for row in held}
    answers = {"assessable": "yes", "quality": "good"}
    _save(
        adjudicator,
        read_id,
        [answer_op(name, value, versions.get(name, 0)) for name, value in answers.items()],
    )
    finish(adjudicator, adjudication_id, read_id)


def finish(adjudicator: Person, adjudication_id: str, read_id: str) -> None:
    held = adjudicator.get(f"/api/v1/reads/{read_id}/annotations/")
    body = {
        "op_id": uuid.uuid4().hex,
        "password": PASSWORD,
        "meaning": "I settled this case and lock its reference standard.",
        "freezes": freezes_of(held),
    }
    adjudicator.post(f"/api/v1/adjudications/{adjudication_id}/sign/", body)


def outline(heart: Heart, cell: Cell, by: float) -> Polygon:
    """What the mouse draws in a cell."""
    return scaled(heart.truth[cell], by)

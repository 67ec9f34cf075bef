"""What an answer may give away, and to whom it must not: the sister of the table of permissions.

Each secret has a letter. What a person put into the address or the body themselves may come back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.imaging.models import Instance, Stack, Study
from portal.reads.models import Read
from tests.factories import reading as f
from tests.integration.permissions.people_and_things import OTHER_HAND, Things
from tests.integration.permissions.report import NAMES
from tests.integration.permissions.rules import COLUMNS, EARLY, LOCKED, OPEN

LETTERS = {
    "W": "who else reads the case: name, address, ids of the person and of their read",
    "D": "what the other reader drew and measured",
    "L": "the case: its label and id",
    "U": "stored names of its images: UIDs, ids of study and stack, hashes",
}
FILE = "leaks.md"
CLOSED = (EARLY, OPEN)  # the third case lies on the table of a meeting that its reader attends
# nothing of a case that isn't settled reaches these, but for what a role is there to see
_ALL = "WDLU"
MUST_NOT = {
    **{column: {EARLY: _ALL, OPEN: _ALL} for column in ("an", "ou", "re", "rx", "tr", "ob", "wk")},
    "ds": {EARLY: _ALL, OPEN: _ALL},
    # runs the project: who reads what, and its images; contents once all reads are in
    "co": {EARLY: "D", OPEN: ""},
    "ow": {EARLY: "D", OPEN: "D"},
    "ad": {EARLY: "D", OPEN: "D"},
    "up": {EARLY: "D", OPEN: "D"},
    "st": {EARLY: "D", OPEN: "D"},
    "qu": {EARLY: "D", OPEN: "D"},
    # settles: nothing before all reads are in, then all but who read
    "aj": {EARLY: _ALL, OPEN: "W"},
}
# lists of a project's team, the same whoever reads what
DIRECTORIES = ("members/", "meetings/people/", "users/", "readers/")


# what an address is there for: the queue names cases by their labels to who works with jobs, and a
# worker is handed what it computes on
THERE_TO_SEE = {
    ("ds", "jobs/"): {"L"},
    ("ds", "projects/<slug>/jobs/"): {"L"},
    ("wk", "worker/next/"): {"U"},
}


@dataclass(frozen=True)
class Secret:
    letter: str
    stage: str
    text: bytes


def secrets_of(things: Things) -> list[Secret]:
    """Of the cases that aren't settled, from the first reader's side: the second is the other."""
    found = []
    for stage in CLOSED:
        read = f.full(Read.objects.get(pk=things.of_case[stage]["other_read_id"]))
        person = read.reader.user
        assert person is not None
        texts = {
            "W": [person.display_name, person.email, person.pk, read.pk, read.reader_id],
            "D": _drawn(read, stage),
            "L": [read.case.label, read.case_id],
            "U": _stored_names(read),
        }
        found += [
            Secret(letter, stage, str(text).encode())
            for letter, values in texts.items()
            for text in values
        ]
    assert all(len(secret.text) > 5 for secret in found)
    return found


def _drawn(read: Read, stage: str) -> list[Any]:
    numbers = f.Api(read.reader.user).get(f"reads/{read.pk}/measurements/").json()
    shown = [numbers[name] for name in ("edv_ml", "esv_ml", "ef_percent", "mass_g")]
    point = f.circle(40, 32, f.RADII[0] * OTHER_HAND[stage])[1][0]
    return [point, *(repr(number) for number in shown if number)]


def _stored_names(read: Read) -> list[Any]:
    study = Study.objects.get(case=read.case)
    stack = Stack.objects.get(study=study)
    uids = [address[1] for row in stack.addresses for address in row if address]
    blobs = Instance.objects.filter(series__study=study).values_list("blob_id", flat=True)
    series = study.series.get().series_uid
    hashes = [text[:32] for text in (*blobs, stack.content_hash)]
    return [study.study_uid, series, *uids, study.pk, stack.pk, *hashes]


def letters_in(answer: str, asked: str, secrets: Iterable[Secret], route: str) -> dict[str, str]:
    """Per stage the letters of what the answer (headers and body) holds beyond what was asked."""
    found: dict[str, set[str]] = {}
    held, said = answer.encode("latin-1", "replace"), asked.encode()
    for secret in secrets:
        if secret.letter == "W" and route.endswith(DIRECTORIES):
            continue
        if secret.text in held and secret.text not in said:
            found.setdefault(secret.stage, set()).add(secret.letter)
    return {stage: "".join(sorted(letters)) for stage, letters in found.items()}


def wrong_in(found: dict[str, str], column: str, route: str, stage_asked: str = "") -> list[str]:
    forbidden = {stage: set(letters) for stage, letters in MUST_NOT[column].items()}
    for letters in forbidden.values():
        letters -= THERE_TO_SEE.get((column, route), set())
        if column == "aj" and stage_asked == LOCKED:
            letters.discard("W")  # whose reads a signed case had is told, and it is the same people
    return [
        f"{stage}: {letter}"
        for stage, letters in found.items()
        for letter in letters
        if letter in forbidden[stage]
    ]


def text_of(answer: Any) -> str:
    """Status line apart, all that a browser gets: headers and body."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.streaming:
        answer.streaming_content = [content]  # the table of permissions reads it too
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{headers}\n\n{content.decode('latin-1')}"


Found = dict[tuple[str, str, str], dict[str, str]]


def write(folder: Path, found: Found, *, n_wrong: int) -> str:
    """The table as Markdown; returns its first line."""
    addresses = len({key[:2] for key in found})
    summary = (
        f"leaks: {addresses} endpoints and sockets × {len(COLUMNS)} kinds of person, "
        f"{sum(len(row) for row in found.values())} answers, {n_wrong} hold what they must not"
    )
    lines = [summary, "", "# What answers hold of cases that aren't settled", ""]
    lines += [f"- **{code}** {name}" for code, name in NAMES.items()]
    lines += ["", *(f"- `{letter}` {meaning}" for letter, meaning in LETTERS.items())]
    lines += ["- `-` nothing of it; `·` not asked"]
    lines += ["- before the stroke of a case that is being read, after it of one being settled"]
    lines += ["", "| method | address | object | " + " | ".join(COLUMNS) + " |"]
    lines += ["| --- | --- | --- |" + " --- |" * len(COLUMNS)]
    for (method, route, thing), cells in found.items():
        letters = " | ".join(cells.get(column, "·") for column in COLUMNS)
        lines.append(f"| {method} | `{route}` | {thing} | {letters} |")
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text("\n".join(lines) + "\n")
    return summary


def shown(found: dict[str, str]) -> str:
    if not found:
        return "-"
    return "/".join(found.get(stage, "-") for stage in CLOSED)

"""All that a reader gets to hear of one read, as text, and what two reads have in common."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.factories import reading as f

SHORTEST = 7  # characters; shorter ones are words, counts and small numbers
_TOKEN = re.compile(r"[A-Za-z0-9._+\-]+")
# lengths, positions, times and sizes. A UID has more dots, an id letters, a hash more digits
_NUMBER = re.compile(r"[-+]?\d{1,12}(\.\d+)?([eE][-+]?\d+)?")
_PIXELS = ("image/", "application/octet-stream", "application/vnd.accord.stack")
FILE = "twins.md"


@dataclass
class Heard:
    """By what was asked: headers and body, without pixels."""

    texts: dict[str, str] = field(default_factory=dict)

    def tokens(self, asked: str) -> set[str]:
        found = (t.strip(".-+") for t in _TOKEN.findall(self.texts.get(asked, "")))
        return {token for token in found if len(token) >= SHORTEST}

    @property
    def all_tokens(self) -> set[str]:
        return {token for asked in self.texts for token in self.tokens(asked)}


def is_number(token: str) -> bool:
    return _NUMBER.fullmatch(token) is not None


def everything_about(api: f.Api, read_id: Any, slug: str) -> Heard:
    """Every address that names the read or its images, asked as the browser would from what the
    read itself says; saves, and refusals too."""
    heard = Heard()

    def ask(name: str, answer: Any) -> Any:
        assert answer.status_code < 500, (name, answer.content)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        headers = "\n".join(f"{key}: {value}" for key, value in answer.headers.items())
        kind = answer.headers.get("Content-Type", "")
        body = "" if any(mark in kind for mark in _PIXELS) else content.decode("latin-1")
        heard.texts[name] = f"{answer.status_code}\n{headers}\n\n{body}"
        return answer

    base = f"reads/{read_id}/"
    read = ask("GET read", api.get(base)).json()
    for part in ("annotations/", "measurements/", "threads/", "ai/"):
        ask(f"GET read/{part}", api.get(base + part))
    stacks = f"projects/{slug}/stacks/{read['stack_id']}/"
    stack = ask("GET stack", api.get(stacks)).json()
    ask("GET stack/thumbnail", api.get(f"{stacks}thumbnail/"))
    ask("PATCH stack/kind", api.client.patch(f"/api/v1/{stacks}kind/", {"view": "4CH"}))
    _write(api, base, stack, ask)
    _dicomweb(api, slug, stack, ask)
    ask("GET read/annotations/ again", api.get(f"{base}annotations/"))
    ask("GET read/measurements/ again", api.get(f"{base}measurements/"))
    ask("GET read/threads/ again", api.get(f"{base}threads/"))
    return heard


def _write(api: f.Api, base: str, stack: dict[str, Any], ask: Any) -> None:
    frame = stack["frames"][0][0]
    named = {name: frame[name] for name in ("sop_instance_uid", "frame_number")}
    contour = {
        "kind": "contour", "structure": "lv_endo", **named, "base_version": 0,
        "parts": [f.circle(40, 32, 9)],
    }  # fmt: skip
    thing = {
        "type": "length", "code": "", "label": "septum",
        "points_lps_mm": [[1.0, -2.5, 30.0], [4.0, 1.5, 30.0]], "stack_id": stack["id"],
        "frame_of_reference_uid": stack["meta"]["frame_of_reference_uid"], **named,
    }  # fmt: skip
    put = {"kind": "object", "object_id": f.uuid.uuid4(), "base_version": 0, "object": thing}
    for name, operation in {
        "POST contour": contour,
        "POST contour, stale": contour,
        "POST contour, no such frame": {**contour, "sop_instance_uid": "1.2.3.4.5"},
        "POST object": put,
        "POST object, stale": put,
    }.items():
        body = {"operations": [{**operation, "op_id": f.op_id()}]}
        saved = ask(name, api.post(f"{base}operations/", body)).json()["results"][0]
        assert saved["outcome"] == ("conflict" if "," in name else "applied"), (name, saved)
    stale = {"contours": [{"structure": "lv_endo", **named, "version": 77}]}
    for name, freezes in {"POST submit, stale": stale, "POST submit, incomplete": {}}.items():
        refused = api.post(f"{base}submit/", {"op_id": f.op_id(), "freezes": freezes})
        assert ask(name, refused).status_code in (409, 422)
    anchor = {"kind": "image", "stack_id": stack["id"], "slice": 0, "phase": 0}
    for name, place in {"POST thread": anchor, "POST thread, no such slice": {"slice": 99}}.items():
        body = {"op_id": f.op_id(), "text": "Is this it?", "anchor": {**anchor, **place}}
        ask(name, api.post(f"{base}threads/", body))


def _dicomweb(api: f.Api, slug: str, stack: dict[str, Any], ask: Any) -> None:
    root, frame = f"/dicomweb/{slug}", stack["frames"][0][0]
    study = f"{root}/studies/{frame['study_uid']}"
    series = f"{study}/series/{frame['series_uid']}"
    one = f"{series}/instances/{frame['sop_instance_uid']}"
    every = f"StudyInstanceUID={frame['study_uid']}&includefield=all"
    places = {
        "search studies": f"{root}/studies?{every}",
        "search series": f"{root}/series?{every}",
        "search instances": f"{root}/instances?{every}",
        "series of study": f"{study}/series",
        "instances of study": f"{study}/instances",
        "instances of series": f"{series}/instances?includefield=all",
        "study metadata": f"{study}/metadata",
        "series metadata": f"{series}/metadata",
        "instance metadata": f"{one}/metadata",
        "frame": f"{one}/frames/1",
        "pixel data": f"{one}/bulkdata/7FE00010",
        "study file": study,
        "series file": series,
        "file": one,
        "stack": f"{root}/stacks/{stack['id']}",
        "no such series": f"{study}/series/1.2.3/metadata",
        "no such frame": f"{one}/frames/999",
        **{f"{n} thumbnail": f"{p}/thumbnail" for n, p in _levels(study, series, one)},
        **{f"{n} rendered": f"{p}/rendered" for n, p in _levels(study, series, one)},
    }
    for name, place in places.items():
        ask(f"GET {name}", api.client.get(place))
    for name in ("search studies", "search series", "series metadata", "frame", "stack"):
        assert api.client.get(places[name]).status_code == 200, name


def _levels(study: str, series: str, one: str) -> list[tuple[str, str]]:
    return [("study", study), ("series", series), ("instance", one), ("frame", f"{one}/frames/1")]


def left_in_common(first: Heard, second: Heard, control: Heard) -> set[str]:
    """What two reads share that isn't said of a read of another case too, and is no number."""
    common = first.all_tokens & second.all_tokens
    return {token for token in common - control.all_tokens if not is_number(token)}


def write(folder: Path, first: Heard, second: Heard, control: Heard) -> None:
    """The table: for each thing that was asked, what both readings say."""
    words, theirs = control.all_tokens, second.all_tokens
    rows, n_left = [], 0
    for asked in first.texts:
        common = first.tokens(asked) & theirs
        numbers = {t for t in common - words if is_number(t)}
        left = common - words - numbers
        n_left += len(left)
        counts = (len(first.tokens(asked)), len(common & words), len(numbers), len(left))
        rows.append(f"| {asked} | {' | '.join(map(str, counts))} |")
    lines = [f"two readings of one case: {len(rows)} answers, {n_left} names in common", ""]
    lines += ["# What a first reading and a hidden second one of one case have in common", ""]
    lines += [f"Of {SHORTEST} characters and more; pixels apart.", ""]
    lines += ["| asked | tokens | words of any case | numbers of the images | names |"]
    lines += ["| --- | --- | --- | --- | --- |", *rows]
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text("\n".join(lines) + "\n")

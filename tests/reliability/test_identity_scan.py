"""Nothing that was planted is anywhere in an installation that de-identifies.

The search reads every file that the installation wrote (database, storage, caches, broker,
temporary files, logs, backup) and every answer it gave, packed or coded as they may be. The same
search on a project that stores files as sent finds everything: it can find.
"""

import base64
import gzip
import io
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import zstandard

from tests.factories.planted import PLANTED, SENT_ROOT
from tests.reliability.test_backup import Place

CLEAN = "basic-2026c-v1"
# a number of seven digits is found in hashes now and then
NEEDLES = tuple(text for text in PLANTED if text != "7733911")
_DEPTH = 4


def forms(text: str) -> set[bytes]:
    """A text as it may stand in a file: in several encodings, and as Base64 at each offset."""
    found = {text.lower().encode(c) for c in ("utf-8", "utf-16-le", "utf-16-be")}
    found.add(quote(text).lower().encode())
    return found


def coded(text: str) -> set[bytes]:
    """Base64 keeps case; the characters that hang on what stands before and after are left out."""
    found = set()
    for variant in {text, text.upper(), text.lower(), text.capitalize()}:
        for before in range(3):
            whole = base64.b64encode(b"\0" * before + variant.encode()).rstrip(b"=")
            found.add(whole[(0, 2, 3)[before] : -1 - (before + len(variant)) % 3])
    return {piece for piece in found if len(piece) > 7}


FORMS = {text: (forms(text), coded(text)) for text in NEEDLES}


def unpacked(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """The bytes, and what is inside where they are packed."""
    yield data
    if depth == _DEPTH:
        return
    for inside in _opened(data):
        yield from unpacked(inside, depth + 1)


def _opened(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"\x1f\x8b"):
        yield gzip.decompress(data)
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield "\n".join(archive.namelist()).encode()
            yield from (archive.read(name) for name in archive.namelist())
    for at in _places(data, b"\x28\xb5\x2f\xfd"):  # zstandard, also inside a database page
        try:
            yield zstandard.ZstdDecompressor().decompressobj().decompress(data[at:])
        except zstandard.ZstdError:
            continue
    for at in _places(data, b"IDAT"):
        try:
            yield zlib.decompressobj().decompress(data[at + 4 :])
        except zlib.error:
            continue


def _places(data: bytes, mark: bytes) -> Iterator[int]:
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)


def traces(data: bytes) -> set[str]:
    found = set()
    for piece in unpacked(data):
        lower = piece.lower()
        for text, (plain, base64_forms) in FORMS.items():
            if any(form in lower for form in plain) or any(form in piece for form in base64_forms):
                found.add(text)
    return found


def everything_of(run: "Run") -> dict[str, set[str]]:
    """Where something planted was found: file -> texts."""
    found = {}
    for folder in (run.place.folder, run.out, run.temporary):
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            name = str(path.relative_to(folder.parent))
            seen = traces(path.read_bytes()) | traces(name.encode())
            if seen:
                found[name] = seen
    seen = traces(run.told.encode()) | traces(_redis(run.place))
    return found | ({"output or Redis": seen} if seen else {})


def _redis(place: Place) -> bytes:
    if "REDIS_URL" not in place.env:
        return b""
    import redis

    client = redis.Redis.from_url(place.env["REDIS_URL"])
    return b"\n".join(key + b" " + (client.dump(key) or b"") for key in client.scan_iter())


class Run:
    """One installation, with temporary files of its own, and what it told."""

    def __init__(self, base: Path, name: str, procedure: str) -> None:
        self.out, self.temporary = base / f"{name}-out", base / f"{name}-tmp"
        self.out.mkdir()
        self.temporary.mkdir()
        self.place = Place(base / name, name)
        self.place.env |= {
            "TMPDIR": str(self.temporary),
            "ACCORD_ALLOWED_HOSTS": "testserver",
            "PYTHONWARNINGS": "default",
        }
        try:
            module = "tests.reliability.identity_run"
            self.told = self.place.python("-m", module, str(self.out), procedure)
            self.counts: dict[str, Any] = json.loads(self.told.splitlines()[-1])
            # phantoms are made in the temporary folder, before their identity is written into them
            self.found = everything_of(self)
        finally:
            self.place.stop()


def test_the_search_finds_every_form(tmp_path: Path) -> None:
    text = b"of Ravensworth, "
    for data in (
        text,
        text.decode().encode("utf-16-le"),
        gzip.compress(text),
        b"page " + zstandard.compress(text * 3) + b" page",
        base64.b64encode(b"x" + text),
        base64.b64encode(b"xy" + text),
        base64.b64encode(text),
        b"IDAT" + zlib.compress(text),
        gzip.compress(zstandard.compress(text)),
    ):
        assert traces(data) == {"Ravensworth"}, data
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("QUILLFEATHER.txt", b"0171-555-0199")
    assert traces(archive.getvalue()) == {"QUILLFEATHER", "0171-555-0199"}
    assert traces(os.urandom(1 << 20)) == set()
    assert tempfile.gettempdir()


def test_nothing_planted_is_anywhere(tmp_path: Path) -> None:
    run = Run(tmp_path, "clean", CLEAN)
    assert run.counts["stored"] >= 17
    assert run.counts["quarantined"] >= 3
    assert run.counts["answers"] > 100
    assert run.counts["pushed"] >= 10
    assert run.counts["pulled"] >= 10
    assert (run.out / "export.bin").stat().st_size > 10_000
    uids_as_sent = run.found.pop("clean-out/stored.bin")
    assert uids_as_sent == {SENT_ROOT}
    assert run.found == {}
    assert (run.out / "debug.log").stat().st_size > 1000


def test_the_same_search_finds_it_where_files_are_stored_as_sent(tmp_path: Path) -> None:
    run = Run(tmp_path, "asis", "none-v1")
    seen = set[str]().union(*run.found.values())
    assert seen == set(NEEDLES)
    places = " ".join(run.found)
    for where in ("storage/", "objects/", "answers.bin"):
        assert where in places
    # and even so: not in an export, which names nobody; not in logs, not in what commands print, not in the broker
    for name in run.found:
        assert not any(
            mark in name for mark in ("debug.log", "command-", "broker/", "export.bin")
        ), name
    assert "output or Redis" not in run.found


@pytest.fixture(autouse=True)
def _no_identity_in_the_names_of_folders(tmp_path: Path) -> None:
    assert traces(str(tmp_path).encode()) == set()

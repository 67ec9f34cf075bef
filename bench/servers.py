"""The servers of one run, beside one another on fresh folders: Accord in team mode and embedded,
and Orthanc; and how much of the cores each of them takes."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.factories.installation import Installation, running_installation
from tests.factories.orthanc import orthanc_program, running_orthanc

TEAM, EMBEDDED, PEER = "accord_team", "accord_embedded", "orthanc"
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """``root`` is its DICOMweb, ``sessions`` its processes by the session they were started in;
    ``installation`` is there where it is ours."""

    name: str
    root: str
    headers: dict[str, str]
    sessions: frozenset[int]
    version: str = ""
    installation: Installation | None = field(default=None, repr=False)


@contextmanager
def all_servers(folder: Path) -> Iterator[list[Server]]:
    """Team mode needs ``DATABASE_URL`` and ``REDIS_URL``; Orthanc is left out where it isn't
    installed."""
    with ExitStack() as opened:
        found = [opened.enter_context(team(folder / TEAM))] if team_is_possible() else []
        found.append(opened.enter_context(embedded(folder / EMBEDDED)))
        if orthanc_program() is not None:
            found.append(opened.enter_context(peer(folder / PEER)))
        yield found


def team_is_possible() -> bool:
    return bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


@contextmanager
def team(folder: Path) -> Iterator[Server]:
    """granian over WSGI, PostgreSQL, Redis."""
    folder.mkdir()
    with running_installation(folder, ("web", "dicomweb"), team=True) as ours:
        yield Server(
            TEAM, ours.root, ours.bearer, frozenset({ours.pids["dicomweb"]}), installation=ours
        )


@contextmanager
def embedded(folder: Path) -> Iterator[Server]:
    """One uvicorn for everything, SQLite; with a worker, which sleeps meanwhile."""
    folder.mkdir()
    with running_installation(folder, ("web", "worker")) as ours:
        root = ours.root.replace(ours.dicomweb, ours.web)
        yield Server(EMBEDDED, root, ours.bearer, frozenset({ours.pids["web"]}), installation=ours)


@contextmanager
def peer(folder: Path) -> Iterator[Server]:
    """Orthanc as Debian ships it, without authentication."""
    with running_orthanc(folder) as theirs:
        yield Server(PEER, theirs.root, {}, frozenset({theirs.pid}), version=theirs.version)


def seconds_of(server: Server) -> float:
    """What its processes have computed so far, in seconds of one core."""
    return _computed(lambda name, session: session in server.sessions)


def seconds_of_postgres() -> float:
    """PostgreSQL computes for others too; on a machine that measures, there are none."""
    return _computed(lambda name, session: name == "postgres")


def _computed(wanted: object) -> float:
    total = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            text = (entry / "stat").read_text()
        except OSError:  # it ended
            continue
        name = text[text.index("(") + 1 : text.rindex(")")]
        fields = text[text.rindex(")") + 2 :].split()
        if wanted(name, int(fields[3])):  # type: ignore[operator]
            total += int(fields[11]) + int(fields[12])
    return total / _TICKS_PER_S

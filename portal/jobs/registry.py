"""What the apps above jobs know about each kind of work.

``jobs`` knows envelopes, attempts and leases, not models or datasets: the app that owns a kind
registers how an envelope is filled and what happens with the result.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from cmrkit.contracts import PORTAL_WORK, InputRef, JobKind, ModelRef
from portal.jobs.models import Job


@dataclass(frozen=True)
class Work:
    """What goes into an envelope."""

    inputs: tuple[InputRef, ...] = ()
    models: tuple[ModelRef, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)
    time_limit_s: float = 3600.0


LinkInput = Callable[[str, str], str]
"""(what, id) -> short-lived URL of an input."""


@dataclass(frozen=True)
class Kind:
    """``fill`` builds the work; ``finish`` takes the output, inside the transaction that closes
    the job; ``note`` takes the metrics of a heartbeat."""

    fill: Callable[[Job, LinkInput], Work]
    finish: Callable[[Job, dict[str, Any]], None]
    note: Callable[[Job, dict[str, Any]], None] = lambda _job, _metrics: None


class Reporter(Protocol):
    """What work of the portal says about itself, and how it hears that it has to stop."""

    def progress(self, fraction: float, message: str) -> None:
        """``fraction`` is 0..1. Call it between files: raises WorkStopped."""

    def check(self) -> None:
        """Raises WorkStopped where the job was cancelled or the process has to end."""


@dataclass(frozen=True)
class PortalWork:
    """``run`` does the work in short transactions of its own and answers the job's output; whatever
    it did before it was killed, it may be called again. ``ended`` runs once the job is over without
    success: cancelled, failed or dead."""

    run: Callable[[Job, Reporter], dict[str, Any]]
    ended: Callable[[Job], None] = lambda _job: None
    time_limit_s: float = 6 * 3600.0


@dataclass(frozen=True)
class Chore:
    """Something the portal does every so often, whatever the number of its processes."""

    name: str
    every_s: float
    run: Callable[[], object]


_kinds: dict[JobKind, Kind] = {}
_portal_work: dict[JobKind, PortalWork] = {}
_chores: dict[str, Chore] = {}
_inputs: dict[str, Callable[[str], tuple[bytes, str]]] = {}


def register_kind(kind: JobKind, how: Kind) -> None:
    """Call once, from ``AppConfig.ready``."""
    _kinds[kind] = how


def kind_of(job: Job) -> Kind:
    return _kinds[JobKind(job.kind)]


def register_portal_work(kind: JobKind, how: PortalWork) -> None:
    """Call once, from ``AppConfig.ready``; the kind is one of PORTAL_WORK."""
    assert kind in PORTAL_WORK, f"workers would be handed {kind}"
    _portal_work[kind] = how


def portal_work_of(job: Job) -> PortalWork:
    return _portal_work[JobKind(job.kind)]


def register_chore(name: str, every_s: float, run: Callable[[], object]) -> None:
    """Call once, from ``AppConfig.ready``. A chore is short and may run twice."""
    _chores[name] = Chore(name, every_s, run)


def chores() -> list[Chore]:
    return list(_chores.values())


def register_input(what: str, load: Callable[[str], tuple[bytes, str]]) -> None:
    """``load(id)`` answers (bytes, media type) of an input that envelopes may link to."""
    _inputs[what] = load


def load_input(what: str, input_id: str) -> tuple[bytes, str]:
    return _inputs[what](input_id)

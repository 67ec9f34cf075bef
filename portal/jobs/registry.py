"""What the apps above jobs know about each kind of work.

``jobs`` knows envelopes, attempts and leases, not models or datasets: the app that owns a kind
registers how an envelope is filled and what happens with the result.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cmrkit.contracts import InputRef, JobKind, ModelRef
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


_kinds: dict[JobKind, Kind] = {}
_inputs: dict[str, Callable[[str], tuple[bytes, str]]] = {}


def register_kind(kind: JobKind, how: Kind) -> None:
    """Call once, from ``AppConfig.ready``."""
    _kinds[kind] = how


def kind_of(job: Job) -> Kind:
    return _kinds[JobKind(job.kind)]


def register_input(what: str, load: Callable[[str], tuple[bytes, str]]) -> None:
    """``load(id)`` answers (bytes, media type) of an input that envelopes may link to."""
    _inputs[what] = load


def load_input(what: str, input_id: str) -> tuple[bytes, str]:
    return _inputs[what](input_id)

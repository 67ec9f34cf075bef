"""Checking a chain: every link, no gap, and the tail against the heads kept apart."""

import hmac
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from portal.audit.models import AuditChain, AuditEvent
from portal.audit.services import (
    CHAIN_OPENED,
    GENESIS,
    INSTALLATION,
    event_hash,
    head_signature,
)

SIGNED_WITHIN_S = 0.3


@dataclass(frozen=True)
class Problem:
    """One thing wrong; ``seq`` is the place in the chain."""

    seq: int
    code: str
    message: str


@dataclass
class ChainReport:
    """What verifying one chain found."""

    scope: str
    events: int = 0
    head_hash: str = GENESIS
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def add(self, seq: int, code: str, message: str) -> None:
        self.problems.append(Problem(seq, code, message))


def verify_chain(scope: str) -> ChainReport:
    """Recompute every hash of a chain and compare it with its head and the signed heads.

    People work on meanwhile. The events are read first, then the signed heads, then the head row:
    whatever comes later names events that are in the table, where they are looked up."""
    report = ChainReport(scope)
    begun = scope in _must_exist()
    walk = _Walk(report)
    walk.on()
    if not report.events and begun:
        report.add(1, "chain_lost", "The whole chain is gone: it was begun, and nothing is left.")
    _check_signed_heads(report, walk)
    _check_head_row(report, walk)
    report.head_hash = walk.hash
    return report


@dataclass
class _Walk:
    """A chain, followed from link to link; ``seq`` and ``hash`` are those of the last one."""

    report: ChainReport
    hashes: dict[int, str] = field(default_factory=dict)
    seq: int = 0
    hash: str = GENESIS

    def on(self, to: int | None = None) -> None:
        """From the last link on, to the end or to link ``to``."""
        rows = AuditEvent.objects.filter(scope=self.report.scope, seq__gt=self.seq)
        rows = rows if to is None else rows.filter(seq__lte=to)
        for event in rows.order_by("seq").iterator():
            for seq in range(self.seq + 1, event.seq):
                self.report.add(seq, "missing", f"Event {seq} is missing.")
            _check_link(self.report, event, self.hash)
            self.hashes[event.seq] = event.hash
            self.seq, self.hash = event.seq, event.hash
            self.report.events += 1


def _must_exist() -> set[str]:
    """Chains that were begun, by the installation's own chain; that one, if there is any other."""
    opened = set(
        AuditEvent.objects.filter(scope=INSTALLATION, action=CHAIN_OPENED).values_list(
            "target_id", flat=True
        )
    )
    others = AuditEvent.objects.exclude(scope=INSTALLATION).exists()
    return opened | ({INSTALLATION} if others else set())


def all_scopes() -> list[str]:
    """Every chain that the database, the installation's chain or the signed heads know of."""
    known = _must_exist()
    known |= set(AuditChain.objects.values_list("scope", flat=True))
    known |= set(AuditEvent.objects.values_list("scope", flat=True).distinct())
    folder = heads_folder()
    if folder.is_dir():
        known |= {path.stem.replace("project-", "project:", 1) for path in folder.glob("*.log")}
    return sorted(known)


def heads_folder() -> Path:
    """Where signed heads lie, apart from the database and the key."""
    return Path(settings.ACCORD_DATA_DIR) / "audit-heads"


def _check_link(report: ChainReport, event: AuditEvent, prev_hash: str) -> None:
    if event.prev_hash != prev_hash:
        report.add(event.seq, "broken_link", f"Event {event.seq} doesn't follow the one before.")
    computed = event_hash(
        scope=event.scope,
        seq=event.seq,
        at=event.at,
        actor_id=event.actor_id,
        action=event.action,
        target_type=event.target_type,
        target_id=event.target_id,
        details=event.details,
        prev_hash=event.prev_hash,
    )
    if computed != event.hash:
        report.add(event.seq, "changed", f"Event {event.seq} was changed after it was written.")


def _check_head_row(report: ChainReport, walk: _Walk) -> None:
    chain = AuditChain.objects.filter(scope=report.scope).first()
    if chain is None:
        if walk.seq:
            report.add(walk.seq, "no_head", "The chain's head row is missing.")
        return
    walk.on(chain.last_seq)  # what was written since
    if (chain.last_seq, chain.head_hash) != (walk.seq, walk.hash):
        report.add(chain.last_seq, "head_differs", "The chain's end doesn't match its head row.")


def _check_signed_heads(report: ChainReport, walk: _Walk) -> None:
    lines = _signed_heads(report.scope, walk.seq)
    if lines is None:
        if walk.seq:
            report.add(walk.seq, "no_signed_heads", "The file of signed heads is missing.")
        return
    since = AuditEvent.objects.filter(scope=report.scope, seq__gt=walk.seq)
    hashes = walk.hashes | dict(since.values_list("seq", "hash"))
    newest = 0
    for parts in lines:
        if len(parts) != 3 or not parts[0].isdigit():
            report.add(0, "bad_head_line", "A line of the signed heads can't be read.")
            continue
        seq, hash_, signature = int(parts[0]), parts[1], parts[2]
        newest = max(newest, seq)
        if not hmac.compare_digest(signature, head_signature(report.scope, seq, hash_)):
            report.add(seq, "bad_signature", f"The signed head {seq} was not signed here.")
        elif hashes.get(seq) != hash_:
            report.add(seq, "head_lost", f"Event {seq} was signed but is gone or changed.")
    if newest < walk.seq:
        report.add(walk.seq, "unsigned_tail", f"No signed head covers event {walk.seq}.")


def _signed_heads(scope: str, last_seq: int) -> list[list[str]] | None:
    """The lines of the file, in words; None without one. A head is signed right after its event is
    committed: where the last one's isn't there, it is given a moment."""
    lines = _read_heads(scope)
    if last_seq and not any(parts[0] == str(last_seq) for parts in lines or () if parts):
        time.sleep(SIGNED_WITHIN_S)
        lines = _read_heads(scope)
    return lines


def _read_heads(scope: str) -> list[list[str]] | None:
    path = heads_folder() / f"{scope.replace(':', '-')}.log"
    return [line.split() for line in path.read_text().splitlines()] if path.is_file() else None

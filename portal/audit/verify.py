"""Checking a chain: every link, no gap, and the tail against the heads kept apart."""

import hmac
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
    """Recompute every hash of a chain and compare it with its head and the signed heads."""
    report = ChainReport(scope)
    hashes: dict[int, str] = {}
    expected_seq, prev_hash = 1, GENESIS
    for event in AuditEvent.objects.filter(scope=scope).order_by("seq").iterator():
        while expected_seq < event.seq:
            report.add(expected_seq, "missing", f"Event {expected_seq} is missing.")
            expected_seq += 1
        _check_link(report, event, prev_hash)
        hashes[event.seq] = event.hash
        prev_hash = event.hash
        expected_seq = event.seq + 1
        report.events += 1
    report.head_hash = prev_hash
    if not report.events and scope in _must_exist():
        report.add(1, "chain_lost", "The whole chain is gone: it was begun, and nothing is left.")
    _check_head_row(report, expected_seq - 1, prev_hash)
    _check_signed_heads(report, hashes, expected_seq - 1)
    return report


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


def _check_head_row(report: ChainReport, last_seq: int, last_hash: str) -> None:
    chain = AuditChain.objects.filter(scope=report.scope).first()
    if chain is None:
        if last_seq:
            report.add(last_seq, "no_head", "The chain's head row is missing.")
    elif (chain.last_seq, chain.head_hash) != (last_seq, last_hash):
        report.add(chain.last_seq, "head_differs", "The chain's end doesn't match its head row.")


def _check_signed_heads(report: ChainReport, hashes: dict[int, str], last_seq: int) -> None:
    path = heads_folder() / f"{report.scope.replace(':', '-')}.log"
    if not path.is_file():
        if last_seq:
            report.add(last_seq, "no_signed_heads", "The file of signed heads is missing.")
        return
    newest = 0
    for line in path.read_text().splitlines():
        parts = line.split()
        if len(parts) != 3 or not parts[0].isdigit():
            report.add(0, "bad_head_line", "A line of the signed heads can't be read.")
            continue
        seq, hash_, signature = int(parts[0]), parts[1], parts[2]
        newest = max(newest, seq)
        if not hmac.compare_digest(signature, head_signature(report.scope, seq, hash_)):
            report.add(seq, "bad_signature", f"The signed head {seq} was not signed here.")
        elif hashes.get(seq) != hash_:
            report.add(seq, "head_lost", f"Event {seq} was signed but is gone or changed.")
    if newest < last_seq:
        report.add(last_seq, "unsigned_tail", f"No signed head covers event {last_seq}.")

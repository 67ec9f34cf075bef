"""Making the rows of reads that were decided on, few or many. The caller holds the cases' locks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from portal.accounts.models import User
from portal.cases.models import Case, CaseState
from portal.core import clock
from portal.projects.models import Project
from portal.projects.services.epoch import bump_permission_epoch
from portal.protocols.models import ProtocolVersion
from portal.protocols.selectors import rules_of
from portal.protocols.services.protocols import freeze
from portal.reads.eligibility import CHUNK, Standing
from portal.reads.models import AssignmentPlan, Read, Reader, ReadPurpose
from portal.reads.services.readers import reader_of


@dataclass(frozen=True)
class Gift:
    """One read to be made."""

    standing: Standing
    user_id: UUID
    position: int
    duplicate: bool = False


def last_positions(project: Project, user_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Where each person's list in the project ends."""
    rows = (
        Read.objects.filter(
            case__project=project, purpose=ReadPurpose.READING, reader__user__in=list(user_ids)
        )
        .values_list("reader__user_id")
        .annotate(last=Max("position"))
        .order_by()
    )
    return {user_id: last for user_id, last in rows if user_id is not None}


def make_reads(
    project: Project,
    gifts: Sequence[Gift],
    people: dict[UUID, User],
    plan: AssignmentPlan | None = None,
) -> list[Read]:
    """The rows, the versions frozen, the cases open for reading; images open at once. A second
    reading comes after the first of its pair in ``gifts``."""
    now = clock.now()
    readers = {user_id: reader_of(user) for user_id, user in people.items()}
    terms = _Terms(project, now)
    rows = [_row(gift, readers[gift.user_id], terms, plan) for gift in gifts]
    for n, row in enumerate(rows):
        row.created_at += timedelta(microseconds=n)  # lists by date keep the order of giving
    Read.objects.bulk_create(rows, batch_size=CHUNK)
    for version in {gift.standing.version.pk: gift.standing.version for gift in gifts}.values():
        freeze(version)
    ids = list({gift.standing.case.pk for gift in gifts})
    for start in range(0, len(ids), CHUNK):
        Case.objects.filter(pk__in=ids[start : start + CHUNK]).exclude(
            state=CaseState.READING
        ).update(state=CaseState.READING, updated_at=now)
    if rows:
        bump_permission_epoch(project.pk)
    return rows


class _Terms:
    """What each version says of deadlines and second readings, asked once."""

    def __init__(self, project: Project, now: datetime) -> None:
        self.now, self.zone = now, project.time_zone
        self._known: dict[UUID, tuple[datetime | None, bool]] = {}

    def of(self, version: ProtocolVersion) -> tuple[datetime | None, bool]:
        """(due, whether a submitted read is put away)"""
        if version.pk not in self._known:
            rules = rules_of(version)
            limit = rules.time_limit_days
            due = None if limit is None else clock.end_of_day_after(self.now, limit, self.zone)
            self._known[version.pk] = (due, rules.duplicates_share > 0)
        return self._known[version.pk]


def _row(gift: Gift, reader: Reader, terms: _Terms, plan: AssignmentPlan | None) -> Read:
    standing = gift.standing
    assert standing.stack_id is not None
    due, put_away = terms.of(standing.version)
    repeat = standing.repeats[gift.user_id]
    standing.repeats[gift.user_id] += 1
    return Read(
        case=standing.case,
        protocol_version=standing.version,
        reader=reader,
        repeat=repeat,
        purpose=ReadPurpose.READING,
        stack_id=standing.stack_id,
        plan=plan,
        position=gift.position,
        duplicate=gift.duplicate,
        put_away=put_away or gift.duplicate,
        # a second reading is due, and told of, from the day on which it comes up
        due_at=None if gift.duplicate else due,
        announced_at=None if gift.duplicate else terms.now,
        created_at=terms.now,
    )

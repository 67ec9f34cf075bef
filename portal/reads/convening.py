"""What meetings, which lie above reads, tell about a case.

``meetings`` registers which cases lie on a table at which a person sits, who has heard a case
discussed, and a check before an adjudicator's read is saved. ``portal.reads.blinding`` decides what
a table opens.
"""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from portal.accounts.models import User
from portal.cases.models import Case
from portal.reads.models import Read

Tables = Callable[[User], QuerySet[Case]]
SaveCheck = Callable[[User, Read], None]
Hearers = Callable[[Sequence[UUID]], Iterable[tuple[UUID, UUID]]]
_tables: list[Tables] = []
_hearers: list[Hearers] = []
_save_checks: list[SaveCheck] = []


def register_tables(tables: Tables) -> None:
    """``tables(user)`` answers the cases on the table of a running meeting that the person
    attends. Call once, from ``AppConfig.ready``."""
    _tables.append(tables)


def register_hearers(hearers: Hearers) -> None:
    """``hearers(case_ids)`` answers (case id, person id): who was in the room when readings of the
    case lay on the table, and so can't read it any more. Call once, from ``AppConfig.ready``."""
    _hearers.append(hearers)


def register_save_check(check: SaveCheck) -> None:
    """``check(user, read)`` refuses a save by raising."""
    _save_checks.append(check)


def on_a_table(user: User) -> Q:
    """A condition on cases."""
    condition = Q(pk__in=list[UUID]())
    for tables in _tables:
        condition |= Q(pk__in=tables(user).values("pk"))
    return condition


def check_save(user: User, read: Read) -> None:
    for check in _save_checks:
        check(user, read)


def heard(case_ids: Sequence[UUID]) -> set[tuple[UUID, UUID]]:
    """(case id, person id) of all who have heard a case discussed."""
    return {pair for hearers in _hearers for pair in hearers(case_ids)}

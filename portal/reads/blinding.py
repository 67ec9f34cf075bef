"""Who may see what of a reading. REST, DICOMweb, sockets, exports, counts and notifications take
their querysets from here and from nowhere else.

The rules, in one place:

- A reader sees the own reads of a case and nothing else of it: no other read, no count of reads,
  no state of the case, no agreement, no adjudication.
- Annotations made elsewhere are contours of the case like any other: nobody sees them before all
  reads are in, and nobody who has read the case before it is locked.
- A coordinator sees who reads what and how far they are (``managed_reads``), but no contour,
  number or answer, the AI's included, before all reads of the case are in.
- Flags on a draft are the AI's too: a reader whose protocol hides it gets none. A coordinator gets
  topics without contents (``portal.overview.checks``), unless they read the case themselves.
- An adjudicator sees the readings of a case once all are in, as Blue and Orange, and never of a
  case that they read themselves. Whoever may adjudicate a case can't look the same readings up
  under their readers' names while it is open.
"""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.accounts.models import User
from portal.cases.models import Case, CaseState
from portal.core.errors import NotFound
from portal.imaging.models import Study
from portal.projects.roles import Permission
from portal.projects.selectors import projects_with, users_with
from portal.reads.models import Read, ReadPurpose, ReadState

ALL_READS_IN = (CaseState.AGREED, CaseState.ADJUDICATING, CaseState.LOCKED)
OPEN_STATES = (ReadState.ASSIGNED, ReadState.IN_PROGRESS)


def _reads_by(user: User) -> QuerySet[Read]:
    """For Exists: the person's readings of the case at hand, all that they may have looked at."""
    return Read.objects.filter(
        case=OuterRef("pk"), reader__user=user, purpose=ReadPurpose.READING
    ).exclude(state=ReadState.WITHDRAWN, started_at__isnull=True)


def own_reads(user: User) -> QuerySet[Read]:
    """The person's own reads, while they hold the role in the project."""
    reading = Q(
        purpose=ReadPurpose.READING, case__project__in=projects_with(user, [Permission.READ])
    )
    adjudicating = Q(
        purpose=ReadPurpose.ADJUDICATION,
        case__project__in=projects_with(user, [Permission.ADJUDICATE]),
    )
    return Read.objects.filter(reading | adjudicating, reader__user=user)


def opened_cases(user: User) -> QuerySet[Case]:
    """Cases whose readings lie open to this person: all are in, the person may see agreement
    and has not read the case (until it is locked)."""
    return Case.objects.filter(
        Q(state=CaseState.LOCKED) | ~Exists(_reads_by(user)),
        state__in=ALL_READS_IN,
        project__in=projects_with(user, [Permission.VIEW_AGREEMENT]),
    )


def adjudicable_cases(user: User) -> QuerySet[Case]:
    """Cases that this person may settle, or has settled: never one that they have read."""
    return Case.objects.filter(
        ~Exists(_reads_by(user)),
        state__in=ALL_READS_IN,
        project__in=projects_with(user, [Permission.ADJUDICATE]),
    )


def visible_reads(user: User) -> QuerySet[Read]:
    """Reads whose contours, numbers and answers the person may see."""
    masked = Q(
        case__project__in=projects_with(user, [Permission.ADJUDICATE]),
        case__state__in=[CaseState.AGREED, CaseState.ADJUDICATING],
    )
    opened = Q(
        purpose__in=[ReadPurpose.READING, ReadPurpose.DRAFT],
        state=ReadState.SUBMITTED,
        case__in=opened_cases(user),
        case__project__in=projects_with(user, [Permission.VIEW_PROGRESS]),
    )
    return Read.objects.filter(
        Q(pk__in=own_reads(user)) | (opened & ~masked) | Q(pk__in=imported_reads(user))
    )


def imported_reads(user: User) -> QuerySet[Read]:
    """Annotations made elsewhere, of cases that lie open to this person. They carry no reader's
    name, so that an adjudicator may look at them while settling."""
    return Read.objects.filter(
        purpose=ReadPurpose.IMPORTED, state=ReadState.SUBMITTED, case__in=opened_cases(user)
    )


def managed_reads(user: User) -> QuerySet[Read]:
    """Reads that the person may follow and withdraw: who, which case, how far. No contents."""
    return Read.objects.filter(
        purpose=ReadPurpose.READING,
        case__project__in=projects_with(user, [Permission.VIEW_PROGRESS]),
    )


def visible_cases(user: User) -> QuerySet[Case]:
    """Cases as rows of a list, with their state: for those who run the project, not readers."""
    return Case.objects.filter(project__in=projects_with(user, [Permission.VIEW_CASES]))


def is_blind_to_ai(user: User, case: Case) -> bool:
    """Whether the person reads, or has read, this open case under a protocol that hides the AI:
    then nothing that comes from a draft may reach them, as whatever else they act."""
    if case.state == CaseState.LOCKED:
        return False
    return (
        Read.objects.filter(
            case=case,
            reader__user=user,
            purpose=ReadPurpose.READING,
            protocol_version__ai_visible=False,
        )
        .exclude(state=ReadState.WITHDRAWN, started_at__isnull=True)
        .exists()
    )


def get_visible_read(user: User, read_id: UUID) -> Read:
    """The read whose contents the person may see, else NotFound."""
    row = _with_relations(visible_reads(user)).filter(pk=read_id).first()
    if row is None:
        raise NotFound()
    return row


def get_own_read(user: User, read_id: UUID) -> Read:
    """The person's own read, else NotFound."""
    row = _with_relations(own_reads(user)).filter(pk=read_id).first()
    if row is None:
        raise NotFound()
    return row


def get_managed_read(user: User, read_id: UUID) -> Read:
    row = _with_relations(managed_reads(user)).filter(pk=read_id).first()
    if row is None:
        raise NotFound()
    return row


def studies_opened_by_reads(user: User) -> QuerySet[Study]:
    """Studies whose images reading or adjudicating opens to this person."""
    reading = own_reads(user).exclude(state=ReadState.WITHDRAWN)
    return Study.objects.filter(
        Q(case__in=reading.values("case")) | Q(case__in=adjudicable_cases(user))
    )


def progress_watchers(case: Case) -> set[UUID]:
    """Who may be told that a read of this case was submitted, counted or withdrawn."""
    return users_with(Permission.VIEW_PROGRESS, case.project_id)


def possible_adjudicators(case: Case) -> set[UUID]:
    """Who may be told that this case can be settled: adjudicators who have not read it."""
    readers = (
        Read.objects.filter(case=case, purpose=ReadPurpose.READING)
        .exclude(state=ReadState.WITHDRAWN, started_at__isnull=True)
        .values_list("reader__user_id", flat=True)
    )
    return users_with(Permission.ADJUDICATE, case.project_id) - set(readers)


def _with_relations(rows: QuerySet[Read]) -> QuerySet[Read]:
    return rows.select_related(
        "case__project", "protocol_version__protocol", "stack", "reader", "draft_source__reader"
    )

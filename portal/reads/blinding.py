"""Who may see what of a reading. REST, DICOMweb, sockets, exports, counts and notifications take
their querysets from here and from nowhere else.

The rules, in one place:

- A reader sees the own reads of a case and nothing else of it: no other read, no count of reads,
  no state of the case, no agreement, no adjudication. They see it under the assignment's pseudonym
  (``Read.alias``), never under the case's label or id, and its images under UIDs, stack ids and
  ETags of that assignment alone (``portal.reads.opened_images``, ``portal.imaging.aliases``).
- A hidden second reading (``Read.duplicate``) doesn't exist for its reader before its washout is
  over; from then on it looks like any read assigned that day. Whoever still has one to do sees
  nothing of the case, whatever else they act and even once it is locked, and under a protocol with
  second readings nobody looks at the own submitted reads. Adjudicators aren't told of any: what is
  settled are the first readings. Only those who follow progress are told, and not of their own.
- Annotations made elsewhere are contours of the case like any other: nobody sees them before all
  reads are in, and nobody who has read the case before it is locked.
- A coordinator sees who reads what and how far they are (``managed_reads``), but no contour,
  number or answer, the AI's included, before all reads of the case are in.
- Flags on a draft are the AI's too: a reader whose protocol hides it gets none. A coordinator gets
  topics without contents (``portal.overview.checks``), unless they read the case themselves.
- An adjudicator sees the readings of a case once all are in, as Blue and Orange, and never of a
  case that they read themselves, or are to read for training. Whoever may adjudicate a case can't
  look the same readings up under their readers' names while it is open.
- Statistics are of cases whose reads are all in. Whoever may adjudicate gets locked cases alone,
  and under a double-blind protocol readers by number.
- Who read, and which reading is the AI's, stands on the adjudicator's desk where the protocol is
  not double blind, or once the case is locked (``hides_readers``). Until then nothing of a reading
  may tell: not its origin, phases, versions or answers (``portal.adjudication.readings``).
- How far drafts were moved, and drift, is of cases whose reads are all in, and only summed up.
- A dataset holds raw reads of locked cases alone, under pseudonyms of their readers, and none of a
  case that somebody is still to read.
- A reopened case is as closed to its readers as one that was never locked.
- What is said about a read stays between its reader and those who run the project, unless they
  read the case too; what is said about the case, among those to whom it lies open. Who can't see a
  thread can't be mentioned in it either.
- A meeting is about cases whose reads are all in, hidden repeats among them. While a case is on its
  table, it lies open to everyone who was invited, readers of the case too: that is where they hear
  of one another. What was on the table before, or comes later, doesn't. Who gets another read of
  a case of the agenda loses the meeting until that is submitted.
"""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.accounts.models import User
from portal.cases.models import Case, CaseState
from portal.core import clock
from portal.core.errors import NotFound
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import projects_with, users_with
from portal.protocols.models import ProtocolVersion
from portal.protocols.selectors import rules_of
from portal.reads.convening import on_a_table
from portal.reads.models import READ_BY_READERS, Read, ReadPurpose, ReadState
from portal.reads.selectors import LIST_ORDER

ALL_READS_IN = (
    CaseState.AGREED,
    CaseState.ADJUDICATING,
    CaseState.LOCKED,
    CaseState.REOPENED,
)
OPEN_STATES = (ReadState.ASSIGNED, ReadState.IN_PROGRESS)


def _reads_by(user: User) -> QuerySet[Read]:
    """For Exists: the person's readings of the case at hand, all that they may have looked at."""
    return Read.objects.filter(
        case=OuterRef("pk"), reader__user=user, purpose=ReadPurpose.READING
    ).exclude(state=ReadState.WITHDRAWN, started_at__isnull=True)


def not_up_yet() -> Q:
    """Second readings before their time."""
    now = clock.now()
    return Q(duplicate=True) & (Q(available_at__isnull=True) | Q(available_at__gt=now))


def _own_second_reading_open(user: User) -> QuerySet[Read]:
    """For Exists: the person's second reading of the case at hand, to come or not yet submitted;
    or one for training, which is held against the reference."""
    return Read.objects.filter(
        Q(duplicate=True) | Q(purpose=ReadPurpose.TRAINING),
        case=OuterRef("pk"),
        reader__user=user,
        state__in=OPEN_STATES,
    )


def cases_closed_by_second_reading(user: User) -> QuerySet[Case]:
    """Cases of which the person must see nothing, as they are to read them once more."""
    return Case.objects.filter(Exists(_own_second_reading_open(user)))


def own_reads(user: User) -> QuerySet[Read]:
    """The person's own reads, while they hold the role in the project."""
    reading = (
        Q(
            purpose__in=[ReadPurpose.READING, ReadPurpose.TRAINING],
            case__project__in=projects_with(user, [Permission.READ]),
        )
        & ~not_up_yet()
    )
    adjudicating = Q(
        purpose=ReadPurpose.ADJUDICATION,
        case__project__in=projects_with(user, [Permission.ADJUDICATE]),
    )
    return Read.objects.filter(reading | adjudicating, reader__user=user)


def own_open_contents(user: User) -> QuerySet[Read]:
    """Own reads whose contents the person may look at: one that is put away closes on submit."""
    return own_reads(user).exclude(put_away=True, state=ReadState.SUBMITTED)


def opened_cases(user: User) -> QuerySet[Case]:
    """Cases whose readings lie open to this person: all are in, the person may see agreement
    and has not read the case (until it is locked)."""
    return Case.objects.filter(
        Q(state=CaseState.LOCKED) | ~Exists(_reads_by(user)),
        ~Exists(_own_second_reading_open(user)),
        state__in=ALL_READS_IN,
        project__in=projects_with(user, [Permission.VIEW_AGREEMENT]),
    )


def statistics_cases(user: User) -> QuerySet[Case]:
    """Cases that count in a project's agreement statistics for this person: those that lie open to
    them, but for whoever may adjudicate only locked ones, since statistics name readers."""
    masked = Q(
        project__in=projects_with(user, [Permission.ADJUDICATE]),
        state__in=[CaseState.AGREED, CaseState.ADJUDICATING, CaseState.REOPENED],
    )
    return opened_cases(user).exclude(masked)


def statistics_reads(user: User) -> QuerySet[Read]:
    """What was submitted for those cases: readings, the AI's drafts, and of locked cases the
    adjudicator's read, which is the signed reference."""
    signed = Q(purpose=ReadPurpose.ADJUDICATION, case__state=CaseState.LOCKED)
    return Read.objects.filter(
        signed | Q(purpose__in=[ReadPurpose.READING, ReadPurpose.DRAFT]),
        state=ReadState.SUBMITTED,
        case__in=statistics_cases(user),
    )


def drift_cases(user: User | None) -> QuerySet[Case]:
    """Cases whose drafts and corrections count in drift charts and in statistics of corrections:
    those whose reads are all in, for those who follow models. Whoever reads or settles in the
    project gets locked cases alone, and none that they are to read once more. ``None``: the portal
    itself, for alarms, which name no case and no number."""
    cases = Case.objects.filter(state__in=ALL_READS_IN)
    if user is None:
        return cases
    masked = ~Q(state=CaseState.LOCKED) & Q(
        project__in=projects_with(user, [Permission.READ, Permission.ADJUDICATE])
    )
    return cases.filter(
        ~Exists(_own_second_reading_open(user)),
        project__in=projects_with(user, [Permission.TRAIN, Permission.APPROVE_MODEL]),
    ).exclude(masked)


def comparable_reads(user: User) -> QuerySet[Read]:
    """Reads whose contours the person may lay over another's, from a point of the statistics:
    those that count there, of cases whose contours lie open to them anyway, since they run the
    project or may settle the case."""
    return statistics_reads(user).filter(
        Q(case__project__in=projects_with(user, [Permission.VIEW_PROGRESS]))
        | Q(case__in=adjudicable_cases(user))
    )


def reads_for_datasets() -> QuerySet[Read]:
    """Readers' raw reads that may go into a dataset, under pseudonyms: of locked cases that nobody
    is to read once more, hidden second readings among them."""
    to_come = Read.objects.filter(
        case=OuterRef("case"),
        purpose=ReadPurpose.READING,
        state__in=[ReadState.ASSIGNED, ReadState.IN_PROGRESS],
    )
    return Read.objects.filter(
        ~Exists(to_come),
        case__state=CaseState.LOCKED,
        purpose=ReadPurpose.READING,
        state=ReadState.SUBMITTED,
    )


def knows_readers_by_number(user: User, project: Project) -> bool:
    """Whether statistics call readers *Reader 1*, *Reader 2*: to whoever may adjudicate in a
    project one of whose protocols is double blind. A habit learned from locked cases would give a
    reader away in open ones."""
    if not projects_with(user, [Permission.ADJUDICATE]).filter(pk=project.pk).exists():
        return False
    versions = ProtocolVersion.objects.filter(protocol__project=project)
    return any(rules_of(version).double_blind for version in versions)


def adjudicable_cases(user: User) -> QuerySet[Case]:
    """Cases that this person may settle, or has settled: never one that they have read, nor one
    that they are to read for training."""
    return Case.objects.filter(
        ~Exists(_reads_by(user)),
        ~Exists(_own_second_reading_open(user)),
        state__in=ALL_READS_IN,
        project__in=projects_with(user, [Permission.ADJUDICATE]),
    )


def visible_reads(user: User) -> QuerySet[Read]:
    """Reads whose contours, numbers and answers the person may see."""
    masked = Q(
        case__project__in=projects_with(user, [Permission.ADJUDICATE]),
        case__state__in=[CaseState.AGREED, CaseState.ADJUDICATING, CaseState.REOPENED],
    )
    opened = Q(
        purpose__in=[ReadPurpose.READING, ReadPurpose.DRAFT],
        state=ReadState.SUBMITTED,
        case__in=opened_cases(user),
        case__project__in=projects_with(user, [Permission.VIEW_PROGRESS]),
    )
    return Read.objects.filter(
        Q(pk__in=own_open_contents(user)) | (opened & ~masked) | Q(pk__in=imported_reads(user))
    )


def imported_reads(user: User) -> QuerySet[Read]:
    """Annotations made elsewhere, of cases that lie open to this person. They carry no reader's
    name, so that an adjudicator may look at them while settling."""
    return Read.objects.filter(
        purpose=ReadPurpose.IMPORTED, state=ReadState.SUBMITTED, case__in=opened_cases(user)
    )


def managed_reads(user: User) -> QuerySet[Read]:
    """Reads that the person may follow and withdraw: who, which case, how far. No contents, and
    not the second readings that they have to do themselves."""
    return Read.objects.filter(
        purpose=ReadPurpose.READING,
        case__project__in=projects_with(user, [Permission.VIEW_PROGRESS]),
    ).exclude(duplicate=True, reader__user=user, state__in=OPEN_STATES)


def discussable_cases(user: User) -> QuerySet[Case]:
    """Cases about which this person may talk with others: those that lie open to them."""
    return Case.objects.filter(
        Q(pk__in=opened_cases(user).values("pk")) | Q(pk__in=adjudicable_cases(user).values("pk"))
    )


def discussable_reads(user: User) -> QuerySet[Read]:
    """Reads about which this person may talk: their own, and those that they manage of cases
    that they have not read. An adjudicator gets none: a question shows who asks it."""
    own = own_reads(user).filter(purpose=ReadPurpose.READING)
    has_read = Exists(
        Read.objects.filter(
            case=OuterRef("case"), reader__user=user, purpose=ReadPurpose.READING
        ).exclude(state=ReadState.WITHDRAWN, started_at__isnull=True)
    )
    managed = (
        managed_reads(user)
        .exclude(case__in=adjudicable_cases(user).values("pk"))
        .exclude(case__in=cases_closed_by_second_reading(user).values("pk"))
    )
    return Read.objects.filter(
        Q(pk__in=own.values("pk")) | Q(pk__in=managed.filter(~has_read).values("pk"))
    )


def meeting_cases(chair: User) -> QuerySet[Case]:
    """Cases that may be put on the agenda of a meeting that this person chairs: nobody reads them
    any more, so that it needn't be asked (and can't be learnt) who of those invited does."""
    unread = Read.objects.filter(
        case=OuterRef("pk"), purpose=ReadPurpose.READING, state__in=OPEN_STATES
    )
    return adjudicable_cases(chair).filter(~Exists(unread))


def cases_being_read(user: User) -> QuerySet[Case]:
    """Cases of which this person has an open read, one for training among them: whatever is said
    of those in a meeting, the minutes of an earlier one among it, isn't theirs to hear until they
    have submitted."""
    return Case.objects.filter(
        reads__reader__user=user,
        reads__purpose__in=READ_BY_READERS,
        reads__state__in=OPEN_STATES,
    )


def tabled_cases(user: User) -> QuerySet[Case]:
    """Cases on the table of a running meeting that this person attends; never one of which they
    have an open read."""
    return Case.objects.filter(
        on_a_table(user),
        ~Q(pk__in=cases_being_read(user).values("pk")),
        state__in=ALL_READS_IN,
        project__in=projects_with(user, [Permission.READ, Permission.VIEW_AGREEMENT]),
    )


def visible_cases(user: User) -> QuerySet[Case]:
    """Cases as rows of a list, with their state: for those who run the project, not readers."""
    return Case.objects.filter(project__in=projects_with(user, [Permission.VIEW_CASES]))


def hides_readers(case: Case, *, double_blind: bool) -> bool:
    """Whether an adjudicator may not know who read the case, and which reading is the AI's."""
    return double_blind and case.state != CaseState.LOCKED


def cases_blind_to_ai(user: User) -> QuerySet[Case]:
    """Open cases that the person reads, or has read, under a protocol that hides the AI: of these
    nothing that comes from a draft may reach them, as whatever else they act."""
    theirs = Read.objects.filter(
        reader__user=user,
        purpose=ReadPurpose.READING,
        protocol_version__ai_visible=False,
        ai_shown_at__isnull=True,
    ).exclude(state=ReadState.WITHDRAWN, started_at__isnull=True)
    return Case.objects.filter(
        ~Q(state=CaseState.LOCKED) | Exists(_own_second_reading_open(user)),
        pk__in=theirs.values("case"),
    )


def is_blind_to_ai(user: User, case: Case) -> bool:
    return cases_blind_to_ai(user).filter(pk=case.pk).exists()


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


def next_own_read(user: User, read: Read) -> Read | None:
    """The person's next open read in the same project and of the same purpose, in the order of
    their list."""
    return (
        own_reads(user)
        .filter(state__in=OPEN_STATES, purpose=read.purpose, case__project_id=read.case.project_id)
        .exclude(pk=read.pk)
        .order_by(*LIST_ORDER)
        .first()
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

"""Reading reads: stacks to read on, versions to read by, people who read. No blinding here:
whatever leaves the server takes its reads from ``portal.reads.blinding``."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, When

from portal.accounts.models import User
from portal.cases import models as cases
from portal.imaging.models import Stack
from portal.imaging.selectors import LEAD_KIND, LEAD_VIEW
from portal.projects.models import Membership, Project
from portal.projects.roles import ROLE_PERMISSIONS, Permission
from portal.projects.selectors import require
from portal.protocols.models import ProtocolVersion
from portal.protocols.selectors import current_version
from portal.reads.models import Read, ReadingPause, ReadPurpose, ReadState


@dataclass(frozen=True)
class ReaderRow:
    """A person who may be assigned reads; ``role`` is the one that lets them."""

    user_id: UUID
    name: str
    role: str
    open_reads: int


def readings(case: cases.Case | UUID) -> QuerySet[Read]:
    """The case's reads that count: not the drafts, not the adjudicator's, not the withdrawn, and
    no second reading by the same person."""
    case_id = case.pk if isinstance(case, cases.Case) else case
    return Read.objects.filter(
        case_id=case_id, purpose=ReadPurpose.READING, duplicate=False
    ).exclude(state=ReadState.WITHDRAWN)


def reading_stacks() -> QuerySet[Stack]:
    """Stacks that can be read, newest version: cine in short axis, or in a view that nothing
    tells, the surest and fullest first."""
    return Stack.objects.filter(
        is_latest=True, sequence_kind=LEAD_KIND, view__in=[LEAD_VIEW, "unknown"]
    ).order_by(
        Case(When(view=LEAD_VIEW, then=0), default=1),
        (F("n_slices") * F("n_phases")).desc(),
        "created_at",
        "pk",
    )


def reading_stack_of_outer_case() -> QuerySet[Stack]:
    """For Subquery on Case: the stack that a new read of the case would pin."""
    return reading_stacks().filter(study__case=OuterRef("pk"))


def reading_stack(case: cases.Case) -> Stack | None:
    """All reads of a case are on one stack version: that of its reads, else the newest."""
    begun = readings(case).select_related("stack").order_by("created_at").first()
    return begun.stack if begun else reading_stacks().filter(study__case=case).first()


def version_for_case(case: cases.Case) -> ProtocolVersion:
    """All reads of a case go by one version: that of its reads, else the project's current."""
    begun = (
        readings(case).select_related("protocol_version__protocol").order_by("created_at").first()
    )
    return begun.protocol_version if begun else current_version(case.project_id)


def assignable_readers(user: User, project: Project) -> list[ReaderRow]:
    """Everyone who may read in the project, with how many open reads they have."""
    require(user, Permission.ASSIGN_READS, project)
    roles = [role for role, codes in ROLE_PERMISSIONS.items() if Permission.READ in codes]
    rows = (
        Membership.objects.filter(project=project, role__in=roles, user__is_active=True)
        .select_related("user")
        .order_by("user__display_name", "user_id", "role")
    )
    open_reads = open_loads(project, asking=user)
    people = {row.user_id: row for row in reversed(rows)}
    return [
        ReaderRow(row.user_id, row.user.display_name, row.role, open_reads.get(row.user_id, 0))
        for row in sorted(people.values(), key=lambda r: (r.user.display_name, str(r.user_id)))
    ]


def open_loads(project: Project, *, asking: User) -> dict[UUID, int]:
    """How many reads are open for each person in the project, second ones among them, but for
    those of who asks: nobody is told of their own, neither by a count nor by the shares of a plan
    that was made from it."""
    rows = (
        Read.objects.filter(
            case__project=project,
            purpose=ReadPurpose.READING,
            state__in=[ReadState.ASSIGNED, ReadState.IN_PROGRESS],
        )
        .exclude(duplicate=True, reader__user=asking)
        .values_list("reader__user_id")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return {user_id: n for user_id, n in rows if user_id is not None}


def is_paused(user: User, project_id: UUID) -> bool:
    """Whether reading stands still for this person, or for the whole project."""
    return ReadingPause.objects.filter(
        Q(user=user) | Q(user__isnull=True), project_id=project_id, ended_at__isnull=True
    ).exists()


LIST_ORDER = ("position", "created_at", "pk")  # of a reader's reads in a project

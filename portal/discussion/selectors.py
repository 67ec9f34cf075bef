"""Reading threads, as far as a person may. Who may is decided in ``portal.reads.blinding``."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from portal.accounts.models import User
from portal.cases.models import Case
from portal.core.errors import InvalidInput, NotFound
from portal.discussion.models import Comment, Thread
from portal.projects.models import Membership, Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.reads.blinding import discussable_cases, discussable_reads
from portal.reads.models import Read

STATES = ("open", "resolved")


@dataclass(frozen=True)
class Place:
    """Where people talk: a case, or the read of one reader."""

    case: Case
    read: Read | None


def visible_threads(user: User) -> QuerySet[Thread]:
    """With their comments, oldest thread first."""
    comments = Comment.objects.select_related("author").order_by("created_at", "pk")
    return (
        Thread.objects.filter(
            Q(read__isnull=True, case__in=discussable_cases(user))
            | Q(read__in=discussable_reads(user))
        )
        .select_related(
            "case__project", "read__reader", "read__case__project", "opened_by", "resolved_by"
        )
        .prefetch_related(Prefetch("comments", comments))
        .order_by("created_at", "pk")
    )


def get_thread(user: User, thread_id: UUID) -> Thread:
    """The thread, else NotFound."""
    row = visible_threads(user).filter(pk=thread_id).first()
    if row is None:
        raise NotFound()
    return row


def place_of_case(user: User, project: Project, case_id: UUID) -> Place:
    """The case, when its discussion is open to this person; else NotFound."""
    case = discussable_cases(user).select_related("project").filter(project=project, pk=case_id)
    row = case.first()
    if row is None:
        raise NotFound()
    return Place(row, None)


def place_of_read(user: User, read_id: UUID) -> Place:
    row = (
        discussable_reads(user)
        .select_related("case__project", "reader", "protocol_version")
        .filter(pk=read_id)
        .first()
    )
    if row is None:
        raise NotFound()
    return Place(row.case, row)


def threads_at(user: User, place: Place) -> QuerySet[Thread]:
    return visible_threads(user).filter(case=place.case, read=place.read)


def threads_in(
    user: User, project: Project, *, state: str = "", case: str = ""
) -> QuerySet[Thread]:
    """The project's threads that this person may see, newest first; ``state`` open or resolved,
    ``case`` the id of one case, whose reads' threads count too."""
    require(user, Permission.VIEW_PROJECT, project)
    if state and state not in STATES:
        raise InvalidInput(state=[f"One of {', '.join(STATES)}."])
    rows = visible_threads(user).filter(case__project=project).order_by("-created_at", "pk")
    if case:
        rows = rows.filter(case=_id(case))
    return rows.filter(resolved_at__isnull=state == "open") if state else rows


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(case=["Name one case."])


def people_at(place: Place) -> list[User]:
    """Everyone who may see what is said there: whom one can mention, and who is told.

    Asked person by person of the one rule there is, so that a name can't be offered to someone
    who must not know that its owner reads the case."""
    members = Membership.objects.filter(project=place.case.project_id, user__is_active=True)
    ids = members.values_list("user_id", flat=True).distinct()
    people = User.objects.filter(pk__in=ids).order_by("display_name", "pk")
    return [person for person in people if _sees(person, place)]


def _sees(person: User, place: Place) -> bool:
    if place.read is None:
        return discussable_cases(person).filter(pk=place.case.pk).exists()
    return discussable_reads(person).filter(pk=place.read.pk).exists()


def place_of(thread: Thread) -> Place:
    return Place(thread.case, thread.read)

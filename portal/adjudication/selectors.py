"""Reading adjudications and reference standards, as far as a person may see them."""

from uuid import UUID

from django.db.models import Q, QuerySet

from cmrkit.contracts import FrameLabels, StackLabels
from portal.accounts.models import User
from portal.adjudication.models import Adjudication, ReferenceStandard
from portal.cases.models import Case, CaseState
from portal.core.errors import InvalidInput, NotFound
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import projects_with
from portal.reads.blinding import adjudicable_cases, opened_cases
from portal.reads.models import Read

STATES = ("open", "signed")


def _standing() -> QuerySet[Adjudication]:
    return (
        Adjudication.objects.filter(voided_at__isnull=True)
        .select_related(
            "case__project",
            "comparison__read_a",
            "comparison__read_b",
            "read",
            "reference__signature__signer",
        )
        .order_by("-created_at", "pk")
    )


def visible_adjudications(user: User) -> QuerySet[Adjudication]:
    """To adjudicators who have not read the case, and to those to whom it lies open."""
    return _standing().filter(
        Q(case__in=adjudicable_cases(user)) | Q(case__in=_followed_cases(user))
    )


def settleable(user: User) -> QuerySet[Adjudication]:
    """Adjudications that the person may settle, or has settled."""
    return _standing().filter(case__in=adjudicable_cases(user))


def _followed_cases(user: User) -> QuerySet[Case]:
    """Cases that lie open to those who run the project."""
    return opened_cases(user).filter(project__in=projects_with(user, [Permission.VIEW_PROGRESS]))


def adjudications_in(
    user: User, project: Project, *, state: str = "", search: str = ""
) -> QuerySet[Adjudication]:
    """The project's list; ``state`` is open or signed."""
    rows = visible_adjudications(user).filter(case__project=project)
    if state and state not in STATES:
        raise InvalidInput(state=[f"One of {', '.join(STATES)}."])
    if state:
        rows = rows.filter(signed_at__isnull=state == "open")
    return rows.filter(case__label__icontains=search) if search else rows


def get_adjudication(user: User, adjudication_id: UUID) -> Adjudication:
    """The visible adjudication, else NotFound."""
    row = visible_adjudications(user).filter(pk=adjudication_id).first()
    if row is None:
        raise NotFound()
    return row


def get_settleable(user: User, adjudication_id: UUID) -> Adjudication:
    row = settleable(user).filter(pk=adjudication_id).first()
    if row is None:
        raise NotFound()
    return row


def current_adjudication_of(case: Case) -> Adjudication | None:
    """The one that stands: open or signed."""
    return _standing().filter(case=case).first()


def source_read(adjudication: Adjudication, key: str) -> Read:
    """Blue (``a``) or Orange (``b``)."""
    comparison = adjudication.comparison
    return comparison.read_a if key == "a" else comparison.read_b


def visible_references(user: User) -> QuerySet[ReferenceStandard]:
    """Locked reference standards: to those whose role includes them."""
    return (
        ReferenceStandard.objects.filter(
            case__state=CaseState.LOCKED,
            case__project__in=projects_with(user, [Permission.VIEW_REFERENCE]),
        )
        .select_related("case__project", "signature__signer", "adjudication__read__stack")
        .order_by("-version")
    )


def get_reference(user: User, project: Project, case_id: UUID) -> ReferenceStandard:
    """The case's newest reference, else NotFound."""
    row = visible_references(user).filter(case__project=project, case_id=case_id).first()
    if row is None:
        raise NotFound()
    return row


def reference_labels(reference: ReferenceStandard) -> StackLabels:
    """The frozen contours by slice and phase of the stack version named in the content."""
    frames: dict[tuple[int, int], dict[str, tuple[tuple[tuple[float, float], ...], ...]]] = {}
    for row in reference.content["labels"]:
        frames.setdefault((row["slice"], row["phase"]), {})[row["structure"]] = tuple(
            tuple((float(x), float(y)) for x, y in part) for part in row["parts"]
        )
    return StackLabels(
        frames=tuple(
            FrameLabels(slice_index=place[0], phase_index=place[1], structures=frames[place])
            for place in sorted(frames)
        )
    )

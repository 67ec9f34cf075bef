"""Reading adjudications and reference standards, as far as a person may see them."""

from uuid import UUID

from django.db.models import Q, QuerySet

from cmrkit.contracts import FrameLabels, StackLabels
from portal.accounts.models import User
from portal.adjudication.models import Adjudication, Decision, ReferenceStandard
from portal.adjudication.readings import Reading, cut_curves, cut_down
from portal.agreement.keys import LABELS
from portal.agreement.selectors import hides_model
from portal.annotations.selectors import contents_of, on_own_stack
from portal.cases.models import Case, CaseState
from portal.core.errors import InvalidInput, NotFound
from portal.measurements.services.measuring import measure
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import projects_with
from portal.protocols.selectors import rules_of
from portal.reads.blinding import (
    adjudicable_cases,
    cases_closed_by_second_reading,
    hides_readers,
    opened_cases,
)
from portal.reads.models import Read

STATES = ("open", "signed")
REASON_CODES = (
    "band",
    "ef_crossing",
    "class_discord",
    "missing_structure",
    "low_quality",
    "audit",
    "reopened",
)


def _standing() -> QuerySet[Adjudication]:
    return (
        Adjudication.objects.filter(voided_at__isnull=True)
        .select_related(
            "case__project",
            "comparison",
            "adjudicator",
            "read",
            "reference__signature__signer",
            "reference__reopened_by",
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
    user: User, project: Project, *, state: str = "", search: str = "", reason: str = ""
) -> QuerySet[Adjudication]:
    """The project's list; ``state`` is open or signed, ``reason`` a code of a reason."""
    rows = visible_adjudications(user).filter(case__project=project)
    if state and state not in STATES:
        raise InvalidInput(state=[f"One of {', '.join(STATES)}."])
    if state:
        rows = rows.filter(signed_at__isnull=state == "open")
    if reason and reason not in REASON_CODES:
        raise InvalidInput(reason=[f"One of {', '.join(REASON_CODES)}."])
    if reason:
        rows = rows.filter(reason_codes__contains=f" {reason} ")
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


def source_reads(adjudication: Adjudication) -> dict[str, Read]:
    """The compared reads by the key of their colour."""
    rows = adjudication.comparison.readings.select_related(
        "read__reader__user", "read__stack", "read__protocol_version__protocol"
    )
    return {row.key: row.read for row in rows.order_by("key")}


def readings_of(adjudication: Adjudication) -> list[Reading]:
    """All readings, as far as the adjudicator may know them."""
    reads = source_reads(adjudication)
    first = next(iter(reads.values()))
    double_blind = rules_of(first.protocol_version).double_blind
    named = not hides_readers(adjudication.case, double_blind=double_blind)
    alike = hides_model(adjudication.case, reads.values())
    found = []
    for key, read in reads.items():
        contents = contents_of(read)
        function = measure(read, contents)
        contents = on_own_stack(read, contents)
        if alike:
            phases = {function["ed_phase"], function["es_phase"]} - {None}
            contents = cut_down(read, contents, phases)
            function = cut_curves(function, phases)
        found.append(Reading(key, LABELS[key], read, contents, function, named, not alike))
    return found


def standing_decisions(adjudication: Adjudication) -> QuerySet[Decision]:
    return (
        Decision.objects.filter(adjudication=adjudication, stands=True)
        .select_related("author")
        .order_by("created_at", "pk")
    )


def visible_references(user: User) -> QuerySet[ReferenceStandard]:
    """Signed reference standards, reopened ones among them: to those whose role includes them."""
    return (
        ReferenceStandard.objects.filter(
            case__state__in=[CaseState.LOCKED, CaseState.REOPENED],
            case__project__in=projects_with(user, [Permission.VIEW_REFERENCE]),
        )
        .exclude(case__in=cases_closed_by_second_reading(user))
        .select_related(
            "case__project", "signature__signer", "adjudication__read__stack", "reopened_by"
        )
        .order_by("-version")
    )


def get_reference(
    user: User, project: Project, case_id: UUID, *, version: int | None = None
) -> ReferenceStandard:
    """The case's newest reference, or an earlier version of it; else NotFound."""
    rows = visible_references(user).filter(case__project=project, case_id=case_id)
    row = rows.first() if version is None else rows.filter(version=version).first()
    if row is None:
        raise NotFound()
    return row


def versions_of(user: User, project: Project, case_id: UUID) -> list[ReferenceStandard]:
    """All that was signed of the case, newest first; NotFound where there is nothing to see."""
    rows = list(visible_references(user).filter(case__project=project, case_id=case_id))
    if not rows:
        raise NotFound()
    return rows


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

"""What sets cases apart for balance: site, the scanner's maker, and the disease where it is known
beforehand. Shown to those who assign, never to readers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from portal.accounts.models import User
from portal.cases.models import Case, CaseState
from portal.core.errors import InvalidInput
from portal.imaging.facts import vendors_of
from portal.projects.models import Project, Site
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.reads.models import CaseStratum, ConflictOfInterest

STRATA = ("site", "vendor", "disease")
UNKNOWN = "unknown"
DISEASE_FILTERS = {"known": True, "unknown": False}


def cases_by_stratum(
    user: User, project: Project, *, search: str = "", disease: str = ""
) -> QuerySet[Case]:
    """The cases that can still be read or were, by label. ``disease``: known, unknown or all."""
    require(user, Permission.ASSIGN_READS, project)
    if disease and disease not in DISEASE_FILTERS:
        raise InvalidInput(disease=[f"One of {', '.join(DISEASE_FILTERS)}, or leave it out."])
    rows = Case.objects.filter(project=project).exclude(state=CaseState.WITHDRAWN)
    if disease:
        known = Exists(CaseStratum.objects.filter(case=OuterRef("pk")))
        rows = rows.filter(known if DISEASE_FILTERS[disease] else ~known)
    if search:
        rows = rows.filter(
            Q(label__icontains=search)
            | Q(visit__subject__site__name__icontains=search)
            | Q(stratum__disease__icontains=search)
        )
    return rows.annotate(
        site_name=F("visit__subject__site__name"), disease=F("stratum__disease")
    ).order_by("label", "pk")


def stratum_rows(cases: Sequence[Any]) -> list[dict[str, Any]]:
    """A page of ``cases_by_stratum`` as it is shown. ``kept_from``: who has a conflict of interest
    with the case or its site."""
    vendors = vendors_of([case.pk for case in cases])
    kept = _kept_from(cases)
    return [
        {
            "case_id": case.pk,
            "case": case.label,
            "state": case.state,
            "site": case.site_name,
            "vendor": vendors.get(case.pk, ""),
            "disease": case.disease or "",
            "kept_from": kept.get(case.pk, []),
        }
        for case in cases
    ]


def sites_in(project: Project) -> list[dict[str, Any]]:
    """The project's sites, with how many cases each has."""
    counted = Q(subjects__visits__cases__isnull=False) & ~Q(
        subjects__visits__cases__state=CaseState.WITHDRAWN
    )
    rows = Site.objects.filter(project=project).annotate(
        cases=Count("subjects__visits__cases", filter=counted)
    )
    return [{"id": row.pk, "name": row.name, "cases": row.cases} for row in rows.order_by("name")]


def diseases_in(project: Project) -> list[str]:
    """Every disease that a case of the project is said to have, to choose from again."""
    rows = CaseStratum.objects.filter(case__project=project)
    return list(rows.order_by("disease").values_list("disease", flat=True).distinct()[:200])


def _kept_from(cases: Sequence[Case]) -> dict[UUID, list[str]]:
    site_of = dict(
        Case.objects.filter(pk__in=[case.pk for case in cases]).values_list(
            "pk", "visit__subject__site_id"
        )
    )
    rows = ConflictOfInterest.objects.filter(
        Q(case__in=list(site_of)) | Q(site__in=set(site_of.values())), ended_at__isnull=True
    ).values_list("case_id", "site_id", "user__display_name")
    found: dict[UUID, set[str]] = {pk: set() for pk in site_of}
    for case_id, site_id, name in rows:
        for pk, site in site_of.items():
            if pk == case_id or (site_id is not None and site == site_id):
                found[pk].add(name)
    return {pk: sorted(names) for pk, names in found.items()}


def strata_by(project: Project, cases: Sequence[Case], by: str | None) -> dict[UUID, str]:
    """The stratum of each case for one plan; ``cases`` come with ``visit__subject`` loaded."""
    if by == "site":
        names = dict(Site.objects.filter(project=project).values_list("pk", "name"))
        return {case.pk: names[case.visit.subject.site_id] for case in cases}
    if by == "vendor":
        makers = vendors_of([case.pk for case in cases])
        return {case.pk: makers.get(case.pk) or UNKNOWN for case in cases}
    if by == "disease":
        known = dict(
            CaseStratum.objects.filter(case__project=project).values_list("case_id", "disease")
        )
        return {case.pk: known.get(case.pk, UNKNOWN) for case in cases}
    return {}

"""A dataset version: an immutable, content-hashed selection of reference labels."""

from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from portal.accounts.models import User
from portal.adjudication.models import ReferenceStandard
from portal.audit.services import record_in_project
from portal.cases.models import CaseState
from portal.core.errors import InvalidInput
from portal.datasets.datasheet import datasheet
from portal.datasets.describing import Candidate
from portal.datasets.errors import (
    DatasetWithdrawn,
    NothingLocked,
    ReadsNotInYet,
    SplitLeaks,
    WithoutManifest,
)
from portal.datasets.held_out import held_out_marks, patients_held_out, shares_images
from portal.datasets.manifest import (
    Built,
    Division,
    Query,
    Terms,
    build,
    manifest_bytes,
    raw_reads,
)
from portal.datasets.models import DatasetItem, DatasetVersion
from portal.projects.models import Project, Site
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.protocols.schema import class_of


def usable_references(project: Project) -> list[ReferenceStandard]:
    """The newest reference of every locked, assessable case whose patient is in no test set."""
    rows = (
        ReferenceStandard.objects.filter(case__project=project, case__state=CaseState.LOCKED)
        .exclude(case__visit__subject__patient_hash__in=patients_held_out(project))
        .select_related("case__visit__subject__site")
        .order_by("case__label", "-version")
    )
    newest: dict[UUID, ReferenceStandard] = {}
    for row in rows:
        newest.setdefault(row.case_id, row)
    return [row for row in newest.values() if row.content["assessable"]]


@transaction.atomic
def freeze_dataset(
    *,
    by: User,
    project: Project,
    name: str,
    query: Query | None = None,
    division: Division | None = None,
    terms: Terms | None = None,
) -> DatasetVersion:
    """The same references under the same rules give the same content hash.

    Raises NothingLocked where no case is left, InvalidInput for a site that isn't there,
    ReadsNotInYet where raw reads are wanted of a case that has none to give.
    """
    require(by, Permission.MANAGE_DATASETS, project)
    query, division, terms = query or Query(), division or Division(), terms or Terms()
    if not name.strip():
        raise InvalidInput(None, name=["Give the dataset a name."])
    _check_sites(project, query, division)
    # before anything is looked at: a test set frozen at this moment takes other patients
    Project.objects.select_for_update().get(pk=project.pk)
    wanted = [Candidate(r) for r in usable_references(project) if _wanted(r, query)]
    marks = held_out_marks(project)
    candidates = [c for c in wanted if not shares_images(c, marks)]
    if not candidates:
        raise NothingLocked()
    if query.raw_reads and (short := {c.case for c in candidates} - raw_reads(candidates).keys()):
        raise ReadsNotInYet(cases=sorted(short))
    built = build(project, candidates, query, division, terms)
    refuse_leaks(built)
    return _store(by, project, name.strip()[:80], built, candidates, terms, len(wanted))


def _wanted(reference: ReferenceStandard, query: Query) -> bool:
    case = reference.case
    return (
        (query.cases is None or case.label in query.cases)
        and (not query.sites or case.visit.subject.site.name in query.sites)
        and (not query.classes or class_of(reference.content["answers"]) in query.classes)
        and (query.phantoms or not case.is_phantom)
    )


def _check_sites(project: Project, query: Query, division: Division) -> None:
    known = set(Site.objects.filter(project=project).values_list("name", flat=True))
    for name, sites in (("sites", query.sites), ("holdout_sites", division.holdout_sites)):
        if unknown := sorted(set(sites) - known):
            raise InvalidInput(None, **{name: [f"No site {', '.join(unknown)} in this project."]})


def refuse_leaks(built: Built) -> None:
    """Cases that share images are one patient to the split; this says that it held."""
    leakage = built.manifest["leakage"]
    if leakage["across_splits_by_uid"] or leakage["across_splits_by_pixels"]:
        raise SplitLeaks()


def _store(
    by: User,
    project: Project,
    name: str,
    built: Built,
    candidates: list[Candidate],
    terms: Terms,
    n_wanted: int,
) -> DatasetVersion:
    rows: QuerySet[DatasetVersion] = DatasetVersion.objects.filter(project=project, name=name)
    dataset = DatasetVersion.objects.create(
        project=project,
        name=name,
        version=(rows.aggregate(n=Max("version"))["n"] or 0) + 1,
        content_hash=built.content_hash,
        seed=built.manifest["splits"]["seed"],
        licence=terms.licence.strip(),
        consent=terms.consent.strip(),
        manifest=built.manifest,
        frozen_by=by,
        datasheet=datasheet(built, candidates, held_out=n_wanted - len(candidates)),
    )
    DatasetItem.objects.bulk_create(
        DatasetItem(dataset=dataset, reference=c.reference, split=built.splits[c.case])
        for c in candidates
    )
    record_in_project(
        project_id=project.pk,
        by=by,
        action="dataset.frozen",
        target_type="dataset",
        target_id=dataset.pk,
        details={"content_hash": dataset.content_hash, "items": len(candidates)},
    )
    return dataset


def rebuild(dataset: DatasetVersion) -> bytes:
    """The manifest once more, from the records as they stand: the bytes of ``content_hash`` unless
    a record was changed behind the portal's back. Raises DatasetWithdrawn, WithoutManifest."""
    if dataset.withdrawn_at is not None:
        raise DatasetWithdrawn()
    old = dataset.manifest
    if not old:
        raise WithoutManifest()
    items = dataset.items.select_related("reference__case__visit__subject__site")
    candidates = [Candidate(item.reference) for item in items.order_by("reference__case__label")]
    asked, divided = old["query"], old["splits"]
    query = Query(
        None if asked["cases"] is None else tuple(asked["cases"]),
        tuple(asked["sites"]),
        tuple(asked["classes"]),
        asked["phantoms"],
        asked["raw_reads"],
    )
    division = Division(divided["fractions"], divided["seed"], tuple(divided["holdout_sites"]))
    terms = Terms(dataset.licence, dataset.consent)
    return manifest_bytes(build(dataset.project, candidates, query, division, terms).manifest)

"""Prepared files become instances of their studies, a group at a time.

One transaction under the project's lock: studies, cases and labels are made by one writer per
project. A group costs a dozen queries, however many files it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone

from cmrkit.dicomio import InstanceHeader
from cmrkit.phantom.dicom import MANUFACTURER
from portal.cases.errors import SubjectWithdrawn
from portal.cases.models import Case
from portal.cases.services import case_for_new_study
from portal.core.errors import DomainError
from portal.imaging.columns import SERIES_TAGS, STUDY_TAGS
from portal.imaging.models import Instance, Series, Study
from portal.intake.models import ImportBatch, ImportItem, ImportOutcome
from portal.intake.services.identities import keep_identity
from portal.intake.services.preparing import Candidate
from portal.intake.services.sameness import same_object
from portal.projects.models import Project
from portal.storage.files import Draft
from portal.storage.services import count_references, name

_DUPLICATE = ("already_stored", "This file was imported before.")
_CONFLICT = (
    "uid_conflict",
    "Another file with the same SOPInstanceUID is stored already. The stored one stands; "
    "ask the site which is right.",
)


@dataclass
class Group:
    """What is known and what is new while one group is written."""

    batch: ImportBatch
    into_case: bool
    instances: dict[str, tuple[UUID, str]] = field(default_factory=dict)  # uid -> (id, hash)
    studies: dict[str, Study] = field(default_factory=dict)
    series: dict[tuple[UUID, str], Series] = field(default_factory=dict)
    identified: set[UUID] = field(default_factory=set)  # studies on the re-identification list
    new: list[Instance] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    items: list[ImportItem] = field(default_factory=list)

    @property
    def project(self) -> Project:
        return self.batch.project


def index(
    batch: ImportBatch,
    candidates: Sequence[Candidate],
    *,
    into_case: bool,
    write_items: bool = True,
) -> Group:
    """Write instances and items. Call inside a transaction that holds the project's lock."""
    group = Group(batch, into_case)
    _look_up(group, [c.ready for c in candidates if c.ready is not None])
    for candidate in candidates:
        group.items.append(_place(group, candidate))
    count_references(group.drafts)
    Instance.objects.bulk_create(group.new)
    touched = {instance.series.study_id for instance in group.new}
    Study.objects.filter(pk__in=touched).update(stacks_due_at=timezone.now())
    if write_items:
        ImportItem.objects.bulk_create(group.items)
    name(group.drafts)
    return group


def _look_up(group: Group, headers: list[InstanceHeader]) -> None:
    """What the project holds already of everything these files name."""
    rows = Instance.objects.filter(
        series__study__project=group.project,
        sop_instance_uid__in={h.sop_instance_uid for h in headers},
    )
    group.instances = {
        uid: (pk, sha256)
        for pk, uid, sha256 in rows.values_list("pk", "sop_instance_uid", "blob_id")
    }
    studies = Study.objects.filter(
        project=group.project, study_uid__in={h.study_uid for h in headers}
    )
    group.studies = {study.study_uid: study for study in studies}
    series = Series.objects.filter(
        study__in=group.studies.values(), series_uid__in={h.series_uid for h in headers}
    )
    group.series = {(row.study_id, row.series_uid): row for row in series}


def _place(group: Group, candidate: Candidate) -> ImportItem:
    item = ImportItem(
        batch=group.batch,
        sequence=candidate.sequence,
        sha256=candidate.received.sha256,
        size=candidate.received.size,
    )
    header, draft = candidate.ready, candidate.draft
    if header is None or draft is None:
        assert candidate.problem is not None
        return refused(item, candidate.problem)
    known = group.instances.get(header.sop_instance_uid)
    if known is None:
        try:
            item.instance = _new_instance(group, candidate, header, draft)
        except DomainError as error:
            if isinstance(error, SubjectWithdrawn):
                item.sha256, item.size = "", 0  # a withdrawn file leaves no fingerprint
            return refused(item, (error.code, str(error)))
        item.outcome = ImportOutcome.STORED
    elif known[1] == draft.sha256 or same_object(draft, known[1]):
        item.instance_id = known[0]
        item.outcome = ImportOutcome.DUPLICATE
        item.code, item.message = _DUPLICATE
    else:
        refused(item, _CONFLICT)
    return item


def refused(item: ImportItem, problem: tuple[str, str]) -> ImportItem:
    item.outcome = ImportOutcome.QUARANTINED
    item.code, item.message = problem[0], problem[1][:300]
    return item


def duplicate_of(batch: ImportBatch, sequence: int, earlier: ImportItem) -> ImportItem:
    """A file whose very bytes were stored before."""
    return ImportItem(
        batch=batch,
        sequence=sequence,
        sha256=earlier.sha256,
        size=earlier.size,
        outcome=ImportOutcome.DUPLICATE,
        code=_DUPLICATE[0],
        message=_DUPLICATE[1],
        instance_id=earlier.instance_id,
    )


def _new_instance(
    group: Group, candidate: Candidate, header: InstanceHeader, draft: Draft
) -> Instance:
    study = _study(group, candidate, header)
    series = _series(group, study, header)
    if candidate.cleaned is not None and study.pk not in group.identified:
        keep_identity(study, candidate.cleaned)
        group.identified.add(study.pk)
    instance = Instance(
        series=series,
        sop_instance_uid=header.sop_instance_uid,
        sop_class_uid=header.sop_class_uid,
        transfer_syntax_uid=header.transfer_syntax_uid,
        instance_number=_whole(header.value("00200013")),
        rows=header.rows,
        columns=header.columns,
        n_frames=header.n_frames,
        frame_ranges=[list(r) for r in header.frame_ranges],
        metadata=header.metadata,
        blob_id=draft.sha256,
    )
    group.instances[header.sop_instance_uid] = (instance.pk, draft.sha256)
    group.new.append(instance)
    group.drafts.append(draft)
    return instance


def _whole(value: object) -> int | None:
    try:
        number = int(str(value))
    except ValueError:
        return None
    return number if abs(number) < 2**31 else None


def _study(group: Group, candidate: Candidate, header: InstanceHeader) -> Study:
    """The file's study; a new one gets a case, unless it is nobody's to read."""
    study = group.studies.get(header.study_uid)
    if study is None:
        case = _case(group.project, candidate, header) if group.into_case else None
        study = Study.objects.create(
            project=group.project,
            case=case,
            study_uid=header.study_uid,
            label=case.label if case else group.batch.label,
            study_date=str(header.value("00080020", "") or "")[:8],
            description=str(header.value("00081030", "") or ""),
            modality=header.modality,
            deid_procedure=candidate.procedure,
            metadata={t: header.metadata[t] for t in STUDY_TAGS if t in header.metadata},
        )
        group.studies[header.study_uid] = study
    return study


def _case(project: Project, candidate: Candidate, header: InstanceHeader) -> Case:
    return case_for_new_study(
        project=project,
        patient_key=candidate.patient_key,
        is_phantom=str(header.value("00080070", "") or "") == MANUFACTURER,
    )


def _series(group: Group, study: Study, header: InstanceHeader) -> Series:
    key = (study.pk, header.series_uid)
    series = group.series.get(key)
    if series is None:
        series = Series.objects.create(
            study=study,
            series_uid=header.series_uid,
            modality=header.modality,
            description=str(header.value("0008103E", "") or ""),
            number=_whole(header.value("00200011")),
            metadata={t: header.metadata[t] for t in SERIES_TAGS if t in header.metadata},
        )
        group.series[key] = series
    return series

"""Searching a remote archive. What is asked and answered is shown to who asks, and kept nowhere."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.imaging.models import Study
from portal.imaging.uids import stored_uid
from portal.intake.errors import SearchTooWide
from portal.intake.models import RemoteArchive
from portal.intake.remote.archive import Archive, Found, first
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require

PAGE = 50
_FIELDS = [
    "StudyInstanceUID",
    "StudyDate",
    "StudyDescription",
    "AccessionNumber",
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "ModalitiesInStudy",
    "NumberOfStudyRelatedSeries",
    "NumberOfStudyRelatedInstances",
]


@dataclass(frozen=True)
class Query:
    """Dates as DICOM writes them; names may hold ``*`` and ``?``."""

    patient_name: str = ""
    patient_id: str = ""
    accession: str = ""
    date_from: str = ""
    date_to: str = ""
    mr_only: bool = True
    offset: int = 0


@dataclass(frozen=True)
class RemoteStudy:
    """A study of the archive; ``here`` when the project has it."""

    study_uid: str
    patient_name: str
    patient_id: str
    birth_date: str
    study_date: str
    description: str
    accession: str
    modalities: list[str]
    n_series: int | None
    n_instances: int | None
    here: bool


def search_archive(
    *, by: User, archive: RemoteArchive, query: Query
) -> tuple[list[RemoteStudy], bool]:
    """(studies, whether there are more). Raises SearchTooWide and RemoteProblem."""
    require(by, Permission.IMPORT, archive.project_id)
    filters = _filters(query)
    with transaction.atomic():
        # that somebody looked, and where; never for whom
        record_in_project(
            project_id=archive.project_id,
            by=by,
            action="archive.searched",
            target_type="archive",
            target_id=archive.pk,
        )
    # one more than shown tells whether there are more
    rows = Archive(archive).search(filters, fields=_FIELDS, limit=PAGE + 1, offset=query.offset)
    rows = [row for row in rows if first(row, "0020000D")]
    here = studies_here(archive.project, [first(row, "0020000D") for row in rows])
    return [_study(row, here) for row in rows[:PAGE]], len(rows) > PAGE


def studies_here(project: Project, uids: list[str]) -> set[str]:
    """Which of the archive's studies the project has already."""
    stored = {stored_uid(project, uid): uid for uid in uids}
    rows = Study.objects.filter(project=project, study_uid__in=stored)
    return {stored[uid] for uid in rows.values_list("study_uid", flat=True)}


def try_archive(*, by: User, archive: RemoteArchive) -> None:
    """Ask for one study, so that address, certificate and credentials are tried. Raises
    RemoteProblem."""
    require(by, Permission.EDIT_SETTINGS, archive.project_id)
    Archive(archive).search({}, fields=[], limit=1, offset=0)


def _filters(query: Query) -> dict[str, str]:
    name = query.patient_name.strip()
    asked = {
        "PatientName": name if not name or "*" in name else f"{name}*",
        "PatientID": query.patient_id.strip(),
        "AccessionNumber": query.accession.strip(),
        "StudyDate": _range(query.date_from, query.date_to),
    }
    asked = {key: value for key, value in asked.items() if value.strip("*?^ ")}
    if not asked:
        raise SearchTooWide()
    return asked | ({"ModalitiesInStudy": "MR"} if query.mr_only else {})


def _range(start: str, end: str) -> str:
    return start if start == end else f"{start}-{end}"


def _study(row: Found, here: set[str]) -> RemoteStudy:
    modalities: Any = row.get("00080061", {})
    uid = first(row, "0020000D")
    return RemoteStudy(
        study_uid=uid,
        patient_name=first(row, "00100010").replace("^", " ").strip(),
        patient_id=first(row, "00100020"),
        birth_date=first(row, "00100030"),
        study_date=first(row, "00080020"),
        description=first(row, "00081030"),
        accession=first(row, "00080050"),
        modalities=[str(value) for value in modalities.get("Value") or []],
        n_series=_count(first(row, "00201206")),
        n_instances=_count(first(row, "00201208")),
        here=uid in here,
    )


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None

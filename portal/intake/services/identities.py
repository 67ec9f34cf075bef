"""The re-identification list: who a pseudonym is, sealed, and opened by the data steward alone."""

from dataclasses import dataclass
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import QuerySet

from portal.accounts.models import User
from portal.accounts.services.signing import check_password
from portal.audit.services import record_in_project
from portal.core.sealing import seal, unseal
from portal.imaging.models import Study
from portal.intake.models import StudyIdentity, SubjectIdentity
from portal.intake.selectors import listed_identities
from portal.intake.services.deidentifying import Prepared
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require

SUBJECT_SEAL, STUDY_SEAL = "intake.subject_identity", "intake.study_identity"
MOST_OPENED = 100


@dataclass(frozen=True)
class OpenedStudy:
    study: str
    study_uid: str
    study_date: str
    accession_number: str


@dataclass(frozen=True)
class Opened:
    """One entry, unsealed. Shown once to who opened it; never stored or logged."""

    subject_id: UUID
    subject: str
    pseudonym: str
    patient_name: str
    patient_id: str
    issuer_of_patient_id: str
    birth_date: str
    studies: list[OpenedStudy]


def keep_identity(study: Study, prepared: Prepared) -> None:
    """Write down who the study is of, once. Call inside the import's transaction."""
    identity = prepared.identity
    if identity is None or study.case is None or StudyIdentity.objects.filter(study=study).exists():
        return
    person = {
        "patient_name": identity.patient_name,
        "patient_id": identity.patient_id,
        "issuer_of_patient_id": identity.issuer_of_patient_id,
        "birth_date": identity.birth_date,
    }
    called = {
        "study_uid": identity.study_uid,
        "study_date": identity.study_date,
        "accession_number": identity.accession_number,
    }
    subject = study.case.visit.subject
    row, _ = SubjectIdentity.objects.get_or_create(
        subject=subject,
        defaults={
            "project_id": subject.project_id,
            "pseudonym": prepared.pseudonym,
            "sealed": seal(orjson.dumps(person), SUBJECT_SEAL),
        },
    )
    StudyIdentity.objects.create(
        study=study, subject_identity=row, sealed=seal(orjson.dumps(called), STUDY_SEAL)
    )


def open_identities(
    *,
    by: User,
    project: Project,
    password: str,
    search: str = "",
    page: int = 1,
    page_size: int = 25,
) -> tuple[int, list[Opened]]:
    """(how many fit, those of the page): entries whose pseudonym, label, patient id or name hold
    the search text. Asks for the password, and every opening is audited, by number of entries."""
    require(by, Permission.OPEN_VAULT, project)
    check_password(by=by, password=password)
    page_size = min(page_size, MOST_OPENED)
    rows = listed_identities(by, project)
    start = (page - 1) * page_size
    count, found = _found(rows, search.strip().lower(), start, start + page_size)
    opened = [_opened(row) for row in found]
    with transaction.atomic():
        record_in_project(
            project_id=project.pk,
            by=by,
            action="reidentification.opened",
            target_type="project",
            target_id=project.pk,
            details={
                "searched": bool(search.strip()),
                "subjects": sorted(str(row.subject_id) for row in found),
            },
        )
    return count, opened


def _found(
    rows: QuerySet[SubjectIdentity], search: str, start: int, stop: int
) -> tuple[int, list[SubjectIdentity]]:
    """Sealed values can't be searched in the database: with a search text every entry of the
    project is unsealed, one after another."""
    if not search:
        return rows.count(), list(rows[start:stop])
    fits = [row.pk for row in rows.iterator(chunk_size=500) if search in _searchable(row)]
    return len(fits), list(rows.filter(pk__in=fits[start:stop]))


def _searchable(row: SubjectIdentity) -> str:
    person = _person(row)
    return "\n".join(
        (row.pseudonym, row.subject.label, person["patient_id"], person["patient_name"],
         person["patient_name"].replace("^", " "))
    ).lower()  # fmt: skip


def _person(row: SubjectIdentity) -> dict[str, str]:
    found: dict[str, str] = orjson.loads(unseal(bytes(row.sealed), SUBJECT_SEAL))
    return found


def _opened(row: SubjectIdentity) -> Opened:
    studies = [
        OpenedStudy(study=s.study.label, **orjson.loads(unseal(bytes(s.sealed), STUDY_SEAL)))
        for s in row.studies.all()
    ]
    return Opened(
        subject_id=row.subject_id,
        subject=row.subject.label,
        pseudonym=row.pseudonym,
        studies=studies,
        **_person(row),
    )

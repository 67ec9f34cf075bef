"""The remote archives of a project: added, changed, removed. The secret goes in and never out."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput
from portal.core.sealing import seal
from portal.intake.errors import ArchiveNameTaken
from portal.intake.models import RemoteArchive, RemoteAuth
from portal.intake.remote.session import SECRET_PURPOSE, ca_path
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require


@dataclass(frozen=True)
class ArchiveSettings:
    """``secret`` is the password or the token; None leaves the one that is set."""

    name: str
    base_url: str
    auth: str = RemoteAuth.NONE
    username: str = ""
    secret: str | None = None
    ca_file: str = ""


def add_archive(*, by: User, project: Project, wanted: ArchiveSettings) -> RemoteArchive:
    require(by, Permission.EDIT_SETTINGS, project)
    return _save(RemoteArchive(project=project), by, wanted, "archive.added")


def change_archive(*, by: User, archive: RemoteArchive, wanted: ArchiveSettings) -> RemoteArchive:
    """Another host needs the secret anew: whoever may edit the address must not be able to have the
    old one sent to a machine of their own."""
    require(by, Permission.EDIT_SETTINGS, archive.project_id)
    moved = _origin(archive.base_url) != _origin(wanted.base_url)
    if moved and wanted.secret is None:
        wanted = replace(wanted, secret="")
    return _save(archive, by, wanted, "archive.changed")


def remove_archive(*, by: User, archive: RemoteArchive) -> None:
    require(by, Permission.EDIT_SETTINGS, archive.project_id)
    with transaction.atomic():
        archive.removed_at, archive.sealed_secret = timezone.now(), None
        archive.save(update_fields=["removed_at", "sealed_secret"])
        _record(archive, by, "archive.removed", {})


def _save(row: RemoteArchive, by: User, wanted: ArchiveSettings, action: str) -> RemoteArchive:
    problems = _problems(row, wanted)
    if problems:
        raise InvalidInput(None, **problems)
    row.name, row.base_url = wanted.name.strip(), wanted.base_url.strip().rstrip("/")
    row.auth, row.username, row.ca_file = wanted.auth, wanted.username, wanted.ca_file
    if wanted.auth == RemoteAuth.NONE or wanted.secret == "":
        row.sealed_secret = None
    elif wanted.secret is not None:
        row.sealed_secret = seal(wanted.secret.encode(), SECRET_PURPOSE)
    try:
        with transaction.atomic():
            row.save()
            _record(row, by, action, {"auth": row.auth, "secure": row.base_url[:5] == "https"})
    except IntegrityError as error:
        raise ArchiveNameTaken(None, name=[ArchiveNameTaken.message]) from error
    return row


def _record(row: RemoteArchive, by: User, action: str, details: dict[str, Any]) -> None:
    record_in_project(
        project_id=row.project_id,
        by=by,
        action=action,
        target_type="archive",
        target_id=row.pk,
        details=details,
    )


def _problems(row: RemoteArchive, wanted: ArchiveSettings) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not wanted.name.strip():
        found["name"] = ["Give the archive a name."]
    if not _is_address(wanted.base_url.strip()):
        found["base_url"] = [
            "Give the address where DICOMweb begins, such as https://pacs.example.org/dicom-web, "
            "without a name, a question mark or a fragment in it."
        ]
    if wanted.ca_file and not ca_path(wanted.ca_file).is_file():
        found["ca_file"] = ["There is no such file in the CA folder of this installation."]
    if wanted.auth not in RemoteAuth.values:
        found["auth"] = ["Choose none, basic or bearer."]
    elif wanted.auth != RemoteAuth.NONE:
        kept = wanted.secret is None and row.sealed_secret is not None
        if not kept and not wanted.secret:
            found["secret"] = ["Give the password or the token."]
        if wanted.auth == RemoteAuth.BASIC and not wanted.username:
            found["username"] = ["Give the user name."]
    return found


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain and url.isascii()


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port

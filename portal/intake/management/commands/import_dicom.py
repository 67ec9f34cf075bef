"""Imports DICOM files from folders, files and zip archives."""

import json
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.models import User
from portal.core.errors import DomainError
from portal.intake.errors import NothingToImport
from portal.intake.models import ImportBatch, ImportOutcome
from portal.intake.selectors import studies_of
from portal.intake.services.batches import (
    finish_import,
    receive_file,
    refuse_file,
    start_import,
)
from portal.projects.models import Membership, Project
from portal.projects.roles import Permission
from portal.projects.selectors import has_permission
from portal.storage.errors import FileTooLarge
from portal.storage.files import chunks_of

Open = Callable[[], AbstractContextManager[IO[bytes]]]


class Command(BaseCommand):
    help = "Import folders, files or zip archives of DICOM into a project."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--by", metavar="EMAIL", help="who imports (default: a coordinator)")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['project']!r}.")
        files = list(_files(options["paths"]))
        if not files:
            raise CommandError(NothingToImport.message)
        try:
            batch = start_import(
                by=_importer(project, options["by"]),
                project=project,
                label=options["paths"][0].name,
                expected_files=len(files),
            )
            for sequence, opened in enumerate(files):
                _receive(batch, sequence, opened)
                if not options["json"] and (sequence + 1) % 50 == 0:
                    self.stderr.write(f"  {sequence + 1} of {len(files)} files")
            assert batch.started_by is not None
            finish_import(by=batch.started_by, batch=batch)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self._report(batch, as_json=options["json"])

    def _report(self, batch: ImportBatch, *, as_json: bool) -> None:
        counts = {o: batch.items.filter(outcome=o).count() for o in ImportOutcome.values}
        problems: dict[str, int] = {}
        for item in batch.items.filter(outcome=ImportOutcome.QUARANTINED):
            problems[item.message] = problems.get(item.message, 0) + 1
        studies = [
            {"study": s.label, "stacks": [f"{k.n_slices}×{k.n_phases}" for k in s.stacks.all()]}
            for s in studies_of(batch)
        ]
        if as_json:
            found = {"import": str(batch.pk), **counts, "problems": problems, "studies": studies}
            sys.stdout.write(json.dumps(found) + "\n")
            return
        self.stdout.write(", ".join(f"{n} {name}" for name, n in counts.items()))
        for message, n in problems.items():
            self.stdout.write(f"  {n} × {message}")
        for study in studies:
            self.stdout.write(f"  {study['study']}: stacks {', '.join(study['stacks']) or 'none'}")


def _importer(project: Project, email: str | None) -> User:
    if email:
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active person with the address {email}.")
        return user
    for row in Membership.objects.filter(project=project).select_related("user"):
        if has_permission(row.user, Permission.IMPORT, project):
            return row.user
    raise CommandError("Nobody in this project may import. Add a coordinator, or give --by EMAIL.")


def _receive(batch: ImportBatch, sequence: int, opened: Open) -> None:
    """One file, piece by piece; what can't be taken in is written down and the rest goes on."""
    try:
        with opened() as stream:
            receive_file(batch=batch, sequence=sequence, chunks=chunks_of(stream))
    except FileTooLarge as error:
        refuse_file(batch=batch, sequence=sequence, code=error.code, message=str(error))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        refuse_file(
            batch=batch,
            sequence=sequence,
            code="unreadable_archive",
            message="This can't be unpacked: damaged or encrypted. Unpack it yourself, then import "
            "the folder.",
        )


def _files(paths: list[Path]) -> Iterator[Open]:
    """How to open each file. Names inside archives are never used as paths."""
    for path in paths:
        if not path.exists():
            raise CommandError(f"There is no such path: {path.name}")
        found = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in found:
            archive = _archive(file)
            if archive is None:
                yield partial(_open_file, file)
            else:
                yield from (partial(archive.open, i) for i in archive.infolist() if not i.is_dir())


def _open_file(file: Path) -> IO[bytes]:
    return file.open("rb")


def _archive(file: Path) -> zipfile.ZipFile | None:
    try:
        return zipfile.ZipFile(file)
    except zipfile.BadZipFile:
        return None

"""Imports DICOM files from folders, files, archives and DICOMDIRs."""

import json
import sys
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.models import User
from portal.core.commands import refusals_as_lines
from portal.intake.errors import NothingToImport
from portal.intake.models import ImportBatch, ImportOutcome
from portal.intake.selectors import studies_of
from portal.intake.services.batches import finish_import, start_import
from portal.intake.services.receiving import receive_files
from portal.intake.sources import files_in
from portal.projects.models import Membership, Project
from portal.projects.roles import Permission
from portal.projects.selectors import has_permission


class Command(BaseCommand):
    help = "Import DICOM into a project: folders, files, zip, tar and tar.gz archives, DICOMDIR."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--by", metavar="EMAIL", help="who imports (default: a coordinator)")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['project']!r}.")
        for path in options["paths"]:
            if not path.exists():
                raise CommandError(f"There is no such path: {path.name}")
        files = files_in(options["paths"])
        first = next(files, None)
        if first is None:
            raise CommandError(NothingToImport.message)
        by = _importer(project, options["by"])
        with refusals_as_lines():
            # no name of a folder or file: names carry identity
            batch = start_import(by=by, project=project, label="From the server")
            numbered = enumerate(chain([first], files))
            taken = receive_files(batch=batch, files=numbered, keep_going=True)
            for n, _ in enumerate(taken, start=1):
                if not options["json"] and n % 250 == 0:
                    self.stderr.write(f"  {n} files")
            finish_import(by=by, batch=batch)
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

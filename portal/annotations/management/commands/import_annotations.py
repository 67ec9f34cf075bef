"""Imports annotations made elsewhere."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cmrkit.annotations_in import AnnotationFile, Options
from cmrkit.dicomio.sunnybrook import named
from cmrkit.errors import CmrkitError
from portal.accounts.models import User
from portal.annotations.imports import case_of_file
from portal.annotations.management.common import (
    add_common_arguments,
    importer,
    mapping_of,
    project_named,
)
from portal.annotations.services.importing import import_annotations
from portal.core.errors import DomainError
from portal.projects.models import Project


@dataclass(frozen=True)
class _Found:
    """A file, or a folder of contour files taken together."""

    path: Path
    contours: tuple[Path, ...] = ()

    def read(self) -> tuple[AnnotationFile, str]:
        if not self.contours:
            data = self.path.read_bytes()
            return AnnotationFile.of_bytes(data), hashlib.sha256(data).hexdigest()
        files = {path.name: path.read_bytes() for path in self.contours}
        seen = hashlib.sha256()
        for name in sorted(files):
            seen.update(f"{name}\n{hashlib.sha256(files[name]).hexdigest()}\n".encode())
        return AnnotationFile.of_contours(files), seen.hexdigest()


class Command(BaseCommand):
    help = (
        "Import annotations of a project's cases: DICOM SEG, RTSTRUCT, NIfTI labels, Sunnybrook "
        "contours (a folder or zip), cvi42 workspaces. Exit code 1 if any could not be used."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--case", default="", metavar="LABEL", help="such as C0001")
        parser.add_argument(
            "--phase", type=int, metavar="N", help="from 1: what a label map of one time is of"
        )
        add_common_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        project = project_named(options["project"])
        by = importer(project, options["by"])
        phase = options["phase"]
        chosen = Options(
            phase=None if phase is None else phase - 1, mapping=mapping_of(options["map"])
        )
        found = [row for path in options["paths"] for row in _files(path)]
        if not found:
            raise CommandError("There are no files to import here.")
        rows = [self._one(project, by, row, chosen, options) for row in found]
        if options["json"]:
            self.stdout.write(json.dumps({"files": rows}))
        else:
            self._tell(rows)
        if any(row["code"] for row in rows):
            raise CommandError("Not every file could be used.")

    def _one(
        self, project: Project, by: User, found: _Found, chosen: Options, options: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            file, sha256 = found.read()
            case = case_of_file(project, file, label=options["case"])
            row = import_annotations(
                by=by,
                case=case,
                file=file,
                sha256=sha256,
                source=options["source"],
                options=chosen,
            )
        except (CmrkitError, DomainError) as error:
            return {"file": found.path.name, "code": error.code, "message": str(error)}
        return {
            "file": found.path.name,
            "case": case.label,
            "form": row.form,
            "contours": row.n_contours,
            "structures": row.structures,
            "notes": row.notes,
            "code": "",
        }

    def _tell(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["code"]:
                self.stdout.write(f"{row['file']}: {row['message']}")
                continue
            drawn = f"{row['contours']} contours ({', '.join(row['structures'])})"
            self.stdout.write(f"{row['file']}: {row['case']}, {drawn}")
            for note in row["notes"]:
                self.stdout.write(f"  {note['count']} × {note['message']}")


def _files(path: Path) -> Iterator[_Found]:
    if not path.exists():
        raise CommandError(f"There is no such path: {path.name}")
    if path.is_file():
        yield _Found(path)
        return
    files = sorted(p for p in path.rglob("*") if p.is_file())
    contours = tuple(p for p in files if named(p.name) is not None)
    if contours:
        yield _Found(path, contours)
        return
    yield from (_Found(p) for p in files)

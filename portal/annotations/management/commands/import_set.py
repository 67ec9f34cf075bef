"""Imports a research set: volumes as DICOM, their labels as imported annotations."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cmrkit.convert import SetLayout, SetOptions, set_items
from cmrkit.convert.sets import SHORT_AXIS_CINE
from cmrkit.errors import CmrkitError
from cmrkit.niftiio import Statement
from portal.annotations.management.common import (
    add_common_arguments,
    importer,
    mapping_of,
    project_named,
    triple,
)
from portal.annotations.services.sets import SetOutcome, import_set_item

SOURCES = {
    SetLayout.ACDC: "ACDC experts",
    SetLayout.NNUNET: "nnU-Net labels",
    SetLayout.NIFTI: "NIfTI labels",
}


class Command(BaseCommand):
    help = (
        "Import a research set (layout of ACDC, of nnU-Net, or plain NIfTI): images become DICOM, "
        "labels imported annotations. Exit code 1 if a case could not be used."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")
        parser.add_argument("--layout", required=True, choices=[str(v) for v in SetLayout])
        parser.add_argument(
            "--spacing",
            type=triple,
            metavar="X,Y,Z",
            help="mm between columns, rows and slices, where the files don't say or say it wrongly",
        )
        parser.add_argument("--rr", type=float, metavar="MS", help="RR interval")
        parser.add_argument(
            "--description",
            default=SHORT_AXIS_CINE,
            help="what the images are, in the words that stacks are sorted by (%(default)s)",
        )
        add_common_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        project = project_named(options["project"])
        by = importer(project, options["by"])
        layout = SetLayout(options["layout"])
        chosen = SetOptions(
            statement=Statement(spacing_mm=options["spacing"], rr_ms=options["rr"]),
            mapping=mapping_of(options["map"]),
            description=options["description"],
        )
        try:
            items = list(set_items(options["path"], layout, chosen))
        except CmrkitError as error:
            raise CommandError(str(error)) from error
        outcomes = []
        for number, item in enumerate(items, 1):
            outcomes.append(
                import_set_item(
                    by=by,
                    project=project,
                    item=item,
                    source=options["source"] or SOURCES[layout],
                    label=SOURCES[layout],
                )
            )
            if not options["json"]:
                self._tell(outcomes[-1], number, len(items))
        if options["json"]:
            self.stdout.write(json.dumps({"items": [asdict(o) for o in outcomes]}))
        failed = sum(bool(outcome.code) for outcome in outcomes)
        if failed:
            raise CommandError(f"{failed} of {len(outcomes)} cases could not be used.")

    def _tell(self, outcome: SetOutcome, number: int, total: int) -> None:
        head = f"{number} of {total} {outcome.item}"
        if outcome.code:
            self.stdout.write(f"{head}: {outcome.message}")
            return
        counts = f"{outcome.stored} stored, {outcome.duplicate} duplicate"
        self.stdout.write(f"{head}: {outcome.case}, {counts}, {outcome.contours} contours")
        for note in outcome.notes:
            self.stdout.write(f"  {note.count} × {note.message}")

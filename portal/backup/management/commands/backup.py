"""Makes a backup of the whole installation."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.backup.making import make_backup
from portal.core.commands import refusals_as_lines


class Command(BaseCommand):
    help = (
        "Add a snapshot of database, bytes and audit heads to a backup; people may go on working."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dest", type=Path, metavar="DEST", help="folder; the same each time")
        parser.add_argument("--with-keys", action="store_true", help="include the secret keys")
        parser.add_argument("--keep", type=int, default=0, metavar="N", help="snapshots to keep")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with refusals_as_lines():
            path, manifest = make_backup(
                options["dest"], with_keys=options["with_keys"], keep=options["keep"]
            )
        found = {"snapshot": str(path), "objects": manifest.objects, "bytes": manifest.bytes}
        if options["json"]:
            self.stdout.write(json.dumps(found))
            return
        self.stdout.write(f"{path}: {manifest.objects} files, {manifest.bytes} bytes")
        if not options["with_keys"]:
            self.stdout.write("The keys are not in it. Keep them elsewhere (docs/operations).")

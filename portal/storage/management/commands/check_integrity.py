"""Reads every stored file again and compares it with its hash."""

import hashlib
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.storage import files
from portal.storage.models import Blob


class Command(BaseCommand):
    help = "Compare every stored file with its SHA-256; exit 1 if one is missing or changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        missing, changed, checked = [], [], 0
        for sha256 in Blob.objects.values_list("sha256", flat=True).iterator():
            checked += 1
            path = files.path_of(sha256)
            if not path.is_file():
                missing.append(sha256)
                continue
            with path.open("rb") as handle:
                if hashlib.file_digest(handle, "sha256").hexdigest() != sha256:
                    changed.append(sha256)
        if options["json"]:
            found = {"checked": checked, "missing": missing, "changed": changed}
            self.stdout.write(json.dumps(found))
        else:
            self.stdout.write(f"{checked} files, {len(missing)} missing, {len(changed)} changed")
            for sha256 in [*missing, *changed]:
                self.stdout.write(f"  {sha256}")
        if missing or changed:
            raise SystemExit(1)

"""Compares database and storage, both ways."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.storage.integrity import STALE_S, check_integrity

SHOWN = 200  # findings printed; --json has them all


class Command(BaseCommand):
    help = (
        "Compare every row with its bytes and every file with its row: missing, altered, orphaned, "
        "wrongly counted. Exit 1 if something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument(
            "--repair",
            action="store_true",
            help="remove orphans, unreferenced bytes and drafts older than an hour; mend counts",
        )
        parser.add_argument(
            "--grace",
            type=float,
            default=STALE_S,
            metavar="SECONDS",
            help="age from which drafts and orphans count; an hour unless told",
        )
        parser.add_argument(
            "--quick", action="store_true", help="compare names and sizes, read no file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = check_integrity(
            hashes=not options["quick"], repair=options["repair"], stale_s=options["grace"]
        )
        if options["json"]:
            found = {
                "ok": report.ok,
                "files": report.files,
                "bytes": report.bytes,
                "by_code": report.by_code(),
                "findings": [asdict(f) for f in report.findings],
                "repaired": [asdict(f) for f in report.repaired],
            }
            self.stdout.write(json.dumps(found))
        else:
            self._print(report.findings, report.repaired)
            wrong = ", ".join(f"{n} {code}" for code, n in report.by_code().items())
            self.stdout.write(
                f"{report.files} files, {report.bytes} bytes: {wrong or 'nothing is wrong'}; "
                f"{len(report.repaired)} repaired"
            )
        if not report.ok:
            raise SystemExit(1)

    def _print(self, findings: list[Any], repaired: list[Any]) -> None:
        for word, rows in (("", findings), ("repaired: ", repaired)):
            for row in rows[:SHOWN]:
                self.stdout.write(f"  {word}{row.code} {row.what}: {row.message}")
            if len(rows) > SHOWN:
                self.stdout.write(f"  {word}and {len(rows) - SHOWN} more")

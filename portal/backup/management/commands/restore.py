"""Brings an installation back from a backup."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.backup.restoring import Restored, restore
from portal.core.commands import refusals_as_lines


class Command(BaseCommand):
    help = (
        "Restore a backup into an empty installation; subjects that were withdrawn since the "
        "backup are withdrawn again. Stop web and workers first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, metavar="SRC", help="the backup, or one snapshot")
        parser.add_argument("--snapshot", default="", metavar="NAME", help="default: the newest")
        parser.add_argument(
            "--withdrawals", type=Path, action="append", default=[], metavar="FILE",
            help="another list of withdrawals, such as that of the broken installation",
        )  # fmt: skip
        parser.add_argument("--replace", action="store_true", help="even where there is data")
        parser.add_argument("--dry-run", action="store_true", help="verify; change nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with refusals_as_lines():
            result = restore(
                options["source"],
                snapshot=options["snapshot"],
                withdrawals=options["withdrawals"],
                replace=options["replace"],
                dry_run=options["dry_run"],
            )
        self.stdout.write(json.dumps(asdict(result)) if options["json"] else _told(result))
        if result.problems:
            raise SystemExit(1)


def _told(result: Restored) -> str:
    verb = "can be restored" if result.dry_run else "restored"
    lines = [f"{result.snapshot} {verb}: {result.objects} files"]
    if result.keys_differ:
        lines.append(f"Other keys than the backup's: {', '.join(result.keys_differ)}.")
    if result.withdrawn_again:
        lines.append(f"{result.withdrawn_again} subjects withdrawn again.")
    return "\n".join([*lines, *(f"  problem: {text}" for text in result.problems)])

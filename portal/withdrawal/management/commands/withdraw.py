"""Takes one subject out of a project for good."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.accounts.selectors import person_with_email
from portal.core.commands import refusals_as_lines
from portal.withdrawal.selectors import subject_labelled
from portal.withdrawal.services.withdrawing import Withdrawal, dry_run, withdraw


class Command(BaseCommand):
    help = (
        "Withdraw a subject: its images, contours, answers, numbers, reports and exports are "
        "deleted, datasets and models that used it are named. There is no way back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", metavar="SUBJECT", help="the pseudonym, such as S0001")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="a data steward")
        parser.add_argument("--reason", required=True, metavar="TEXT", help="why, without a name")
        parser.add_argument("--dry-run", action="store_true", help="say what would go; do nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with refusals_as_lines():
            by = person_with_email(options["by"])
            subject = subject_labelled(by, options["project"], options["subject"])
            if options["dry_run"]:
                found = dry_run(subject_id=subject.pk, by=by)
            else:
                found = withdraw(by=by, subject_id=subject.pk, reason=options["reason"])
        self.stdout.write(json.dumps(found.as_json()) if options["json"] else _told(found))


def _told(found: Withdrawal) -> str:
    verb = "would lose" if found.dry_run else "lost"
    lines = [f"{found.project} {verb} subject {found.subject}:"]
    lines += [f"  {n} {what}" for what, n in found.removed.items()]
    for what, rows in found.affected.items():
        named = ", ".join(f"{row['name']} {row.get('version', '')}".strip() for row in rows)
        lines.append(f"  affected {what.replace('_', ' ')}: {named}")
    return "\n".join(lines)

"""Asks workers for drafts."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.selectors import person_with_email
from portal.core.commands import refusals_as_lines
from portal.inference.services.batch import preannotate_project
from portal.projects.models import Project


class Command(BaseCommand):
    help = (
        "Pre-annotate the cases of a project (all, or those named) with its champion. Cases that "
        "have its draft or are queued already are skipped: asking twice queues nothing twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--by", metavar="EMAIL", help="a coordinator; default: nobody")
        parser.add_argument("--again", action="store_true", help="also where there is a draft")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("cases", nargs="*", metavar="CASE", help="labels such as C0001")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"No project {options['project']!r}.")
        with refusals_as_lines():
            by = person_with_email(options["by"]) if options["by"] else None
            done = preannotate_project(
                by=by, project=project, labels=options["cases"], again=options["again"]
            ).to_json()
        if options["json"]:
            self.stdout.write(json.dumps({"queued": done["queued"], "skipped": done["skipped"]}))
            return
        skipped = done["skipped"]
        assert isinstance(skipped, dict)
        why = ", ".join(f"{n} {reason.replace('_', ' ')}" for reason, n in skipped.items() if n)
        self.stdout.write(f"{done['queued']} jobs queued; skipped: {why or 'none'}")

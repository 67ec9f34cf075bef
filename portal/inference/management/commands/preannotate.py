"""Asks workers for drafts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.selectors import person_with_email
from portal.cases.models import Case
from portal.core.commands import refusals_as_lines
from portal.inference.services.preannotation import preannotate_cases


class Command(BaseCommand):
    help = "Pre-annotate cases of a project (all of them, or those named) with its champion."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="a coordinator")
        parser.add_argument("cases", nargs="*", metavar="CASE", help="labels such as C0001")

    def handle(self, *args: Any, **options: Any) -> None:
        cases = Case.objects.filter(project__slug=options["project"]).select_related("project")
        wanted = set(options["cases"])
        if wanted:
            cases = cases.filter(label__in=wanted)
        found = list(cases)
        missing = wanted - {case.label for case in found}
        if missing or not found:
            raise CommandError(
                f"No case {', '.join(sorted(missing)) or 'at all'} in {options['project']!r}."
            )
        with refusals_as_lines():
            jobs = preannotate_cases(by=person_with_email(options["by"]), cases=found)
        self.stdout.write(f"{len(jobs)} jobs queued")

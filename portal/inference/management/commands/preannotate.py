"""Asks workers for drafts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.models import User
from portal.cases.models import Case
from portal.core.errors import DomainError
from portal.inference.services.preannotation import preannotate_cases


class Command(BaseCommand):
    help = "Pre-annotate cases of a project (all of them, or those named) with its champion."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="a coordinator")
        parser.add_argument("cases", nargs="*", metavar="CASE", help="labels such as C0001")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(email=options["by"].lower(), is_active=True).first()
        if by is None:
            raise CommandError(f"There is no active person with the address {options['by']}.")
        cases = Case.objects.filter(project__slug=options["project"]).select_related("project")
        if options["cases"]:
            cases = cases.filter(label__in=options["cases"])
        try:
            jobs = preannotate_cases(by=by, cases=list(cases))
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{len(jobs)} jobs queued")

"""``manage.py recompute_agreement PROJECT [--processes N]``: what statistics need, ahead."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.agreement.cohort.recomputing import recompute
from portal.projects.models import Project


class Command(BaseCommand):
    help = "Compare all reads of a project that have no up-to-date result, for its statistics."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("--processes", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['project']}.")
        count = recompute(project, processes=options["processes"], told=self._told)
        self.stdout.write(f"{count} cases computed." if count else "Nothing was due.")

    def _told(self, done: int, every: int) -> None:
        self.stdout.write(f"{done} of {every} cases")

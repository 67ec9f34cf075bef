"""Makes models that lie in the models folder known to projects."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.modelhub.packages import default_packages_beside, packages_beside
from portal.modelhub.services.registering import register_packages
from portal.projects.models import Project


class Command(BaseCommand):
    help = (
        "Register the models of long axes and late enhancement that lie in the models folder with "
        "a project, or with all. New projects know them by themselves; running it twice adds "
        "nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", metavar="SLUG", help="default: all projects")
        parser.add_argument(
            "--model",
            metavar="NAME",
            help="also one for non-commercial use; default: all that are for any use",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        projects = Project.objects.order_by("slug")
        if options["project"]:
            projects = projects.filter(slug=options["project"])
            if not projects:
                raise CommandError(f"No project {options['project']!r}.")
        packages = default_packages_beside()
        if options["model"]:
            packages = tuple(p for p in packages_beside() if p.name == options["model"])
            if not packages:
                raise CommandError(f"No model {options['model']!r} that draws such images.")
        for project in projects:
            for model in register_packages(project=project, by=None, packages=packages):
                self.stdout.write(f"{model.name} {model.version} is known to {project.slug}")

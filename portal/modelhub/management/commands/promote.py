"""Approves a proposed model as the second person."""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.accounts.selectors import person_with_email
from portal.core.commands import name_and_version, refusals_as_lines
from portal.modelhub.selectors import model_named
from portal.modelhub.services.promoting import approve


class Command(BaseCommand):
    help = "Make a proposed model champion. Asks for the approver's password; the gate is asked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", metavar="NAME:VERSION")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="a person of quality")

    def handle(self, *args: Any, **options: Any) -> None:
        name, version = name_and_version(options["model"])
        with refusals_as_lines():
            by = person_with_email(options["by"])
            model = model_named(by, options["project"], name, version)
            approve(
                by=by,
                model=model,
                password=getpass.getpass(f"Password of {by.email}: "),
                meaning="I approve this model as champion.",
            )
        self.stdout.write(f"{model.name} {model.version} is champion of {options['project']}")

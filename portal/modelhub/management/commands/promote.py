"""Approves a proposed model as the second person."""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.models import User
from portal.core.errors import DomainError
from portal.modelhub.models import ModelVersion
from portal.modelhub.services.promoting import approve


class Command(BaseCommand):
    help = "Make a proposed model champion. Asks for the approver's password; the gate is asked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", metavar="NAME:VERSION")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="a person of quality")

    def handle(self, *args: Any, **options: Any) -> None:
        name, _, version = options["model"].rpartition(":")
        model = ModelVersion.objects.filter(
            project__slug=options["project"], name=name, version=version
        ).first()
        by = User.objects.filter(email=options["by"].lower(), is_active=True).first()
        if model is None or by is None:
            raise CommandError("There is no such model or person.")
        try:
            approve(
                by=by,
                model=model,
                password=getpass.getpass(f"Password of {by.email}: "),
                meaning="I approve this model as champion.",
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{name} {version} is champion of {options['project']}")

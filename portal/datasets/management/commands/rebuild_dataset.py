"""Makes a dataset version's manifest anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.selectors import person_with_email
from portal.core.commands import name_and_version, refusals_as_lines
from portal.datasets.manifest import manifest_bytes
from portal.datasets.selectors import dataset_named
from portal.datasets.services.freezing import rebuild


class Command(BaseCommand):
    help = "Make a version's manifest anew from the records, and say whether it is the same."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dataset", metavar="NAME[:VERSION]", help="default: newest version")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who may see datasets")

    def handle(self, *args: Any, **options: Any) -> None:
        with refusals_as_lines():
            by = person_with_email(options["by"])
            name, version = name_and_version(options["dataset"])
            dataset = dataset_named(by, options["project"], name, version)
            found = rebuild(dataset)
        if found != manifest_bytes(dataset.manifest):
            raise CommandError("The manifest is another now: a record of this version was changed.")
        self.stdout.write(f"Identical: {len(found)} bytes, SHA-256 {dataset.content_hash}")

"""Asks a worker for an export."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.accounts.selectors import person_with_email
from portal.core.commands import name_and_version, refusals_as_lines
from portal.datasets.selectors import dataset_named
from portal.datasets.services.exporting import FORMATS, export_dataset


class Command(BaseCommand):
    help = "Export a dataset version; the archive is made by a worker and downloaded in the portal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dataset", metavar="NAME[:VERSION]", help="default: newest version")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="a data scientist")
        parser.add_argument(
            "--formats", nargs="+", default=list(FORMATS), metavar="FORMAT", help=", ".join(FORMATS)
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with refusals_as_lines():
            by = person_with_email(options["by"])
            name, version = name_and_version(options["dataset"])
            dataset = dataset_named(by, options["project"], name, version)
            export = export_dataset(by=by, dataset=dataset, formats=options["formats"])
        found = {"export": str(export.pk), "job": str(export.job_id), "formats": export.formats}
        if options["json"]:
            self.stdout.write(json.dumps(found))
        else:
            self.stdout.write(f"Export of {dataset.name} {dataset.version}: job {export.job_id}")

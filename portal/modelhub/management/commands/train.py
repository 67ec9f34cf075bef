"""Starts a training run."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.accounts.selectors import person_with_email
from portal.core.commands import name_and_version, refusals_as_lines
from portal.datasets.selectors import dataset_named
from portal.modelhub.selectors import champion_of, model_named
from portal.modelhub.services.training import DEFAULTS, start_training


class Command(BaseCommand):
    help = "Train a challenger on a dataset version; a worker does it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dataset", metavar="NAME[:VERSION]", help="default: newest version")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="a data scientist")
        parser.add_argument("--base", metavar="NAME[:VERSION]", help="default: the champion")
        for name, default in DEFAULTS.items():
            parser.add_argument(
                f"--{name}", type=type(default), metavar="N", help=f"default: {default}"
            )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with refusals_as_lines():
            by = person_with_email(options["by"])
            name, version = name_and_version(options["dataset"])
            dataset = dataset_named(by, options["project"], name, version)
            if options["base"]:
                base = model_named(by, options["project"], *name_and_version(options["base"]))
            else:
                base = champion_of(dataset.project_id)
            params = {name: options[name] for name in DEFAULTS}
            run = start_training(by=by, dataset=dataset, base_model=base, params=params)
        if options["json"]:
            found = {"run": str(run.pk), "job": str(run.job_id), "params": run.params}
            self.stdout.write(json.dumps(found))
        else:
            self.stdout.write(
                f"Training {run.params['name']} {run.params['version']} from {base.name} "
                f"{base.version}: run {run.pk}, job {run.job_id}"
            )

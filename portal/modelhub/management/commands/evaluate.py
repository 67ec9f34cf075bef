"""Asks for an evaluation beside the champion."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.accounts.selectors import person_with_email
from portal.core.commands import name_and_version, refusals_as_lines
from portal.datasets.selectors import test_set_named
from portal.modelhub.selectors import model_named
from portal.modelhub.services.evaluating import evaluate


class Command(BaseCommand):
    help = "Measure a model beside the champion on a frozen test set; the gate then decides."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", metavar="NAME[:VERSION]", help="default: newest version")
        parser.add_argument("--test-set", required=True, metavar="NAME")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="data scientist, quality")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with refusals_as_lines():
            by = person_with_email(options["by"])
            model = model_named(by, options["project"], *name_and_version(options["model"]))
            test_set = test_set_named(by, options["project"], options["test_set"])
            evaluation = evaluate(by=by, model=model, test_set=test_set)
        if options["json"]:
            found = {"evaluation": str(evaluation.pk), "job": str(evaluation.job_id)}
            self.stdout.write(json.dumps(found))
        else:
            self.stdout.write(
                f"Evaluating {model.name} {model.version} on {test_set.name}: "
                f"evaluation {evaluation.pk}, job {evaluation.job_id}"
            )

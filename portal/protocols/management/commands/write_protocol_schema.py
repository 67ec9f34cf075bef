"""Writes the JSON Schema of protocol files, for those who write or read them elsewhere."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.protocols.documents import document_schema


class Command(BaseCommand):
    help = "Writes the JSON Schema of protocol files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        text = json.dumps(document_schema(), indent=2, ensure_ascii=False)
        options["path"].write_text(text + "\n", encoding="utf-8")

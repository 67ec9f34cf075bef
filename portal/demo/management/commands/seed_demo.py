"""Fills the demo project, or prints its accounts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from portal.demo.people import PEOPLE, demo_password
from portal.demo.services import NAME, SLUG, seed


class Command(BaseCommand):
    help = "Fill the demo project with people, phantom hearts and reads; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="only print the accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            self._print_accounts()
            return
        seed(lambda text: self.stdout.write(f"[demo] {text}"))
        self.stdout.write(f"[demo] {NAME}: {settings.ACCORD_PUBLIC_URL}/p/{SLUG}")

    def _print_accounts(self) -> None:
        self.stdout.write(f"Demo accounts, all with the password  {demo_password()}\n\n")
        wide = max(len(person.email) for person in PEOPLE)
        for person in PEOPLE:
            self.stdout.write(f"  {person.email:<{wide}}  {person.comes_to}")

from typing import Any

from django.core.management.base import BaseCommand

from portal.reads.services.reminders import send_reminders


class Command(BaseCommand):
    help = "Tell readers of new reads and of those that are due. The portal does so every hour."

    def handle(self, *args: Any, **options: Any) -> None:
        sent = send_reminders()
        self.stdout.write(
            f"{sent['announced']} announced, {sent['reminded']} people reminded, "
            f"{sent['mails']} mails"
        )

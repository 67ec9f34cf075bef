"""``manage.py run_scp``: scanners and PACS push studies to it by DIMSE C-STORE."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.intake.dimse.server import Receiver


class Command(BaseCommand):
    help = (
        "Receives studies by DIMSE C-STORE and answers C-ECHO. Which AE titles it answers to, and "
        "who may send, is set in each project's settings. TERM ends it after the current files."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.ACCORD_SCP_PORT)
        parser.add_argument("--bind", default=settings.ACCORD_SCP_HOST, help="address to listen on")

    def handle(self, *args: Any, port: int, bind: str, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        try:
            receiver = Receiver(bind, port)
        except OSError as error:
            raise CommandError(
                f"Port {port} can't be opened ({error.strerror}). Choose another with --port."
            ) from error
        server = threading.Thread(target=receiver.serve, daemon=True, name="scp")
        server.start()
        self.stdout.write(f"receiving on {bind}:{receiver.port}")
        self.stdout.flush()
        while server.is_alive() and not stopping.wait(1.0):
            receiver.beat()
        receiver.stop()

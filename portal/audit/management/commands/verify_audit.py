from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.audit.verify import all_scopes, verify_chain


class Command(BaseCommand):
    help = "Check every audit chain: each link, no gap, and the tail against the signed heads."

    def handle(self, *args: Any, **options: Any) -> None:
        bad = 0
        for scope in all_scopes():
            report = verify_chain(scope)
            state = "ok" if report.ok else f"{len(report.problems)} problems"
            self.stdout.write(f"{scope}: {report.events} events, {state}, head {report.head_hash}")
            for problem in report.problems:
                self.stdout.write(f"  {problem.seq}: {problem.code}: {problem.message}")
            bad += not report.ok
        if bad:
            raise CommandError(
                f"{bad} chain(s) were tampered with or damaged. Keep the database as it is and "
                "compare it with your last backup."
            )
        self.stdout.write("All chains are whole.")

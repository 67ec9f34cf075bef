"""An installation of several real processes for tests with real peers, on either database."""

import itertools
import json
import shutil
from pathlib import Path
from typing import Any

from tests.factories.migrated import lay_tables
from tests.reliability import installation as base
from tests.reliability.installation import Installation, until

_numbers = itertools.count()
SEED = """
import json
from portal.accounts.services.tokens import make_token
from portal.accounts.services.users import create_user
from portal.intake.services.receivers import Sender, set_receiving
from portal.projects.models import Membership
from portal.projects.roles import Role
from portal.projects.services.projects import create_project
from portal.projects.setup import ProjectOptions
admin = create_user(email="ada@example.org", display_name="Ada", password="a long word 77",
                    is_installation_admin=True)
project = create_project(by=admin, name="Trial", slug="trial", options=ProjectOptions())
Membership.objects.create(project=project, user=admin, role=Role.COORDINATOR)
set_receiving(by=admin, project=project, ae_title="TRIAL", enabled=True, senders=[
    Sender("SCANNER"), Sender("PACS", "127.0.0.0/8"), Sender("AFAR", "10.9.8.0/24"),
    Sender("RETIRED", active=False)])
print(json.dumps({"token": make_token(by=admin, name="test")[1]}))
"""


class Live(Installation):
    """One project, ``trial``, whose owner and coordinator is the one person."""

    def __init__(self, folder: Path, **env: str) -> None:
        super().__init__(folder)
        if self.database:
            self.database += f"_{next(_numbers)}"
            self.env["DATABASE_URL"] = f"{base._server()}/{self.database}"
        self.env |= env

    def start(self) -> None:
        lay_tables(self.folder, self.database)
        self.content = json.loads(self.shell(SEED))

    def start_as(self, template: "Live") -> None:
        """As one that was started before: its rows and keys, without the wait."""
        shutil.copytree(template.folder, self.folder)
        if self.database:
            base._administer(f"CREATE DATABASE {self.database} TEMPLATE {template.database}")
        self.content = template.content

    def shell(self, code: str) -> str:
        """What the last line says that the code prints inside the installation."""
        printed = self.python("manage.py", "shell", "-v", "0", "-c", code)
        return printed.strip().splitlines()[-1]

    def start_web(self) -> None:
        self.run("web")
        until("the web process is ready", self._ready)

    def api(self, method: str, path: str, **options: Any) -> Any:
        """The JSON of an answer that must be good."""
        answer = self.ask(method, path, self.content["token"], **options)
        assert answer.status_code < 300, (answer.status_code, answer.text, self.log("web"))
        return answer.json() if answer.content else None

    def imports(self) -> list[dict[str, Any]]:
        """Imports oldest first, with their counts by outcome."""
        rows = self.rows(
            "SELECT b.label, b.state, "
            "sum(CASE WHEN i.outcome = 'stored' THEN 1 ELSE 0 END), "
            "sum(CASE WHEN i.outcome = 'duplicate' THEN 1 ELSE 0 END), "
            "sum(CASE WHEN i.outcome = 'quarantined' THEN 1 ELSE 0 END) "
            "FROM intake_importbatch b LEFT JOIN intake_importitem i ON i.batch_id = b.id "
            "GROUP BY b.id, b.label, b.state, b.created_at ORDER BY b.created_at"
        )
        names = ("label", "state", "stored", "duplicate", "quarantined")
        return [dict(zip(names, (v or 0 for v in row), strict=True)) for row in rows]

    def stored(self) -> dict[str, Path]:
        """Where each stored instance's file lies, by SOPInstanceUID."""
        rows = self.rows("SELECT sop_instance_uid, blob_id FROM imaging_instance")
        assert len({uid for uid, _ in rows}) == len(rows)
        root = self.folder / "storage"
        return {uid: root / sha[:2] / sha[2:4] / sha for uid, sha in rows}

    def n_stacks(self) -> int:
        ((n,),) = self.rows("SELECT count(*) FROM imaging_stack")
        return int(n)

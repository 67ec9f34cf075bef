"""Backup and restore by the commands themselves, each in a process and a data folder of its own."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories.migrated import lay_tables
from tests.reliability.installation import ROOT, Installation

# imports one more phantom; prints the hashes of its files
LATER_STUDY = """
import django
django.setup()
from portal.accounts.models import User
from portal.imaging.models import Instance
from portal.projects.models import Project
from tests.factories.imaging import import_phantom
project = Project.objects.get(slug="{slug}")
study = import_phantom(project, User.objects.get(memberships__role="coordinator"), seed=3)
print(*Instance.objects.filter(series__study=study).values_list("blob_id", flat=True))
"""
# restores as if all that lies in storage were old
REPLACE = """
import json
import django
django.setup()
from dataclasses import asdict
from pathlib import Path
from portal.backup import restoring
from portal.storage import integrity
integrity.check_integrity.__kwdefaults__["stale_s"] = -1.0
print(json.dumps(asdict(restoring.restore(Path("{source}"), replace=True))))
"""


class Place(Installation):
    """An installation whose processes don't run: commands alone."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir()
        super().__init__(folder)
        if self.database:
            self.database = f"{self.database}_{name}"
            self.env = self._environment()
        lay_tables(folder, self.database)

    def manage(self, *arguments: str, rc: int = 0) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == rc, done.stdout + done.stderr
        return done.stdout if rc == 0 else done.stdout + done.stderr

    def json(self, *arguments: str) -> Any:
        return json.loads(self.manage(*arguments, "--json").splitlines()[-1])

    def stored(self, hashes: list[str]) -> int:
        root = self.folder / "storage"
        return sum((root / h[:2] / h[2:4] / h).is_file() for h in hashes)

    def one_database_row(self, sql: str) -> Any:
        return self.rows(sql)[0][0]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A filled installation, its backup with keys, and the same after a withdrawal."""
    base = tmp_path_factory.mktemp("backup")
    first = Place(base / "first", "first")
    made: list[Place] = [first]

    def place(name: str) -> Place:
        made.append(Place(base / name, name))
        return made[-1]

    content = json.loads(first.python("-m", "tests.reliability.backup_prepare"))
    before = first.json("backup", str(base / "backup"), "--with-keys")
    shutil.copy(Path(before["snapshot"]) / "manifest.json", base / "manifest.json")
    withdrawn = first.json(
        "withdraw", "S0001", "--project", content["slug"], "--by", content["steward"],
        "--reason", "consent",
    )  # fmt: skip
    yield {
        "base": base, "first": first, "content": content, "before": before,
        "withdrawn": withdrawn, "place": place,
    }  # fmt: skip
    for one in made:
        one.stop()


def test_a_backup_comes_back_whole(places: dict[str, Any]) -> None:
    place = places["place"]("whole")
    hashes = places["content"]["hashes"]
    told = place.json("restore", str(places["base"] / "backup"), "--dry-run")
    assert (told["dry_run"], told["objects"]) == (True, 80)
    assert place.one_database_row("SELECT count(*) FROM accounts_user") == 0
    done = place.json("restore", str(places["base"] / "backup"))
    assert done["problems"] == []
    assert done["withdrawn_again"] == 0  # nothing tells this machine of the withdrawal
    assert {label: place.stored(h) for label, h in hashes.items()} == {"S0001": 40, "S0002": 40}
    assert place.one_database_row("SELECT count(*) FROM imaging_instance") == 80
    # in another process: the keys are those of the backup, and all is whole
    assert "All chains are whole" in place.manage("verify_audit")
    place.manage("check_integrity")
    refused = place.manage("restore", str(places["base"] / "backup"), rc=1)
    assert "--replace" in refused


def test_an_older_backup_does_not_bring_a_withdrawn_subject_back(places: dict[str, Any]) -> None:
    place = places["place"]("later")
    hashes = places["content"]["hashes"]
    listed = str(places["first"].folder / "withdrawals.jsonl")
    done = place.json("restore", str(places["base"] / "backup"), "--withdrawals", listed)
    assert (done["withdrawn_again"], done["problems"]) == (1, [])
    assert {label: place.stored(h) for label, h in hashes.items()} == {"S0001": 0, "S0002": 40}
    assert place.one_database_row("SELECT count(*) FROM imaging_instance") == 40
    place.manage("check_integrity")
    assert "All chains are whole" in place.manage("verify_audit")


def test_replacing_reads_the_list_of_the_installation_itself(places: dict[str, Any]) -> None:
    first, hashes = places["first"], places["content"]["hashes"]
    assert first.stored(hashes["S0001"]) == 0
    done = first.json("restore", str(places["base"] / "backup"), "--replace")
    assert (done["withdrawn_again"], done["problems"]) == (1, [])
    assert first.stored(hashes["S0001"]) == 0
    assert first.stored(hashes["S0002"]) == 40
    (aside,) = first.folder.glob("before-restore-*")
    assert (aside / "audit-heads").is_dir()
    first.manage("check_integrity")


def test_replacing_keeps_the_bytes_that_came_after_the_backup(places: dict[str, Any]) -> None:
    place, root = places["place"]("newer"), places["base"] / "backup"
    place.manage("restore", str(root))
    later = place.python("-c", LATER_STUDY.format(slug=places["content"]["slug"])).split()
    assert place.stored(later) == len(later) > 0
    done = json.loads(place.python("-c", REPLACE.format(source=str(root))))
    assert done["problems"] == []
    (aside,) = (a for a in place.folder.glob("before-restore-*") if (a / "objects").exists())
    kept = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in aside.glob("objects/*/*/*")}
    assert kept == {name: name for name in later}
    assert place.stored(later) == 0
    place.manage("check_integrity", "--grace", "0")


def test_the_next_snapshot_copies_what_is_new_and_old_ones_can_go(places: dict[str, Any]) -> None:
    first, root = places["first"], places["base"] / "backup"
    objects = len(list((root / "objects").glob("*/*/*")))
    assert objects == 80
    first.manage("backup", str(root), "--keep", "1")
    assert len(list((root / "snapshots").iterdir())) == 1
    # what only the older snapshot named is gone from the backup too
    assert len(list((root / "objects").glob("*/*/*"))) == 40
    assert not list(root.rglob("*.part"))


@pytest.mark.parametrize("harm", ["object", "missing", "manifest", "file"])
def test_a_damaged_backup_is_refused_and_changes_nothing(
    places: dict[str, Any], tmp_path: Path, harm: str
) -> None:
    root = tmp_path / "backup"
    shutil.copytree(places["base"] / "backup", root)
    (snapshot,) = (root / "snapshots").iterdir()
    one = next((root / "objects").glob("*/*/*"))
    if harm == "object":
        one.write_bytes(one.read_bytes()[:-1] + bytes([one.read_bytes()[-1] ^ 1]))
    elif harm == "missing":
        one.unlink()
        (snapshot / "withdrawals.jsonl").unlink()
        _sign_anew(snapshot)
    elif harm == "manifest":
        path = snapshot / "manifest.json"
        path.write_text(path.read_text().replace('"objects": 40', '"objects": 41'))
    else:
        (snapshot / "objects.txt").write_text("")
    place = places["place"](f"harm_{harm}")
    told = place.manage("restore", str(root), rc=1)
    assert "Traceback" not in told
    assert place.one_database_row("SELECT count(*) FROM accounts_user") == 0
    assert not (place.folder / "storage").exists() or not list((place.folder / "storage").iterdir())


def _sign_anew(snapshot: Path) -> None:
    """As if the file had never been part of the snapshot."""
    data = json.loads((snapshot / "manifest.json").read_text())
    del data["files"]["withdrawals.jsonl"]
    text = json.dumps(data, indent=1, sort_keys=True)
    (snapshot / "manifest.json").write_text(text)
    (snapshot / "manifest.json.sha256").write_text(hashlib.sha256(text.encode()).hexdigest())


def test_what_is_no_backup_is_named(places: dict[str, Any], tmp_path: Path) -> None:
    told = places["first"].manage("restore", str(tmp_path), "--replace", rc=1)
    assert "no finished backup" in told

"""Whatever file is sent: stored or quarantined with a code; no server error, no hang, no memory.

Each run has a process of its own, which a crash of a decoder would end; it measures every file.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from portal.intake.models import ImportOutcome
from tests.factories.bombs import bombs
from tests.factories.imaging import phantom_files
from tests.factories.mutations import MUTATIONS, mutated

ROOT = Path(__file__).resolve().parents[2]
MOST_S, MOST_MB = 60.0, 500.0  # per file, on a machine that does much else
FILES = 301
KNOWN = {"", "unreadable_dicom", "unsupported_input", "media_directory"}


def run(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """What became of each file. The process must reach the end."""
    outer = ("ACCORD_", "DATABASE_URL", "REDIS_URL", "CELERY_", "STORAGE_URL")
    env = {k: v for k, v in os.environ.items() if not k.startswith(outer)}
    env |= {
        "ACCORD_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PYTHONPATH": str(ROOT),
        "ACCORD_ALLOWED_HOSTS": "testserver",
        "PYTHONWARNINGS": "ignore",
        "OMP_NUM_THREADS": "1",
    }
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=env, check=True, capture_output=True)
    command = [sys.executable, "-m", "tests.reliability.hostile_import", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=3000, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-300:]
    drafts = folder / "storage" / "drafts"
    assert not drafts.is_dir() or not list(drafts.iterdir())
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(rows: list[dict[str, Any]]) -> Counter[str]:
    for row in rows:
        item = row["item"]
        assert max(row["statuses"]) < 500, row
        assert item["outcome"] in ImportOutcome.values, row
        if item["outcome"] == ImportOutcome.QUARANTINED:
            assert item["code"] in KNOWN - {""}, row
            assert item["message"].endswith("."), row
        assert row["seconds"] < MOST_S, row
        assert row["mb"] < MOST_MB, row
    return Counter(row["item"]["outcome"] for row in rows)


@pytest.fixture
def sources(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Files to damage: the corpus where it is, else phantoms."""
    from tests.conftest import find_shared_data

    shared = find_shared_data()
    if shared is not None and (shared / "dicom_corpus").is_dir():
        return shared / "dicom_corpus"
    folder = tmp_path / "sources"
    folder.mkdir()
    for path in phantom_files()[:10]:
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_every_file_of_the_corpus(shared_data: Path, tmp_path: Path) -> None:
    rows = run(tmp_path / "data", "corpus", str(shared_data / "dicom_corpus"))
    outcomes = check(rows)
    assert sum(outcomes.values()) >= FILES
    assert outcomes["stored"] >= 50
    assert outcomes["quarantined"] >= 100


def test_small_files_with_large_claims(tmp_path: Path) -> None:
    rows = run(tmp_path / "data", "bombs")
    check(rows)
    assert [row["name"] for row in rows] == list(bombs())
    refused = {r["name"] for r in rows if r["item"]["outcome"] == ImportOutcome.QUARANTINED}
    assert refused == {"a million frames of one pixel"}


def test_damaged_copies(sources: Path, tmp_path: Path) -> None:
    rows = run(tmp_path / "data", "mutated", str(sources), "0", "130")
    outcomes = check(rows)
    assert outcomes["stored"] >= 10
    assert outcomes["quarantined"] >= 30


@pytest.mark.long
def test_two_thousand_damaged_copies(sources: Path, tmp_path: Path) -> None:
    rows = run(tmp_path / "data", "mutated", str(sources), "0", "2000")
    outcomes = check(rows)
    assert outcomes["stored"] >= 200
    assert outcomes["quarantined"] >= 500


def test_damage_is_damage_and_the_same_each_time() -> None:
    """The copies differ from what they were made of, and every kind of damage is among them."""
    files = [p.read_bytes() for p in phantom_files()[:3]]
    made = [mutated(files, n) for n in range(3 * len(MUTATIONS))]
    assert made == [mutated(files, n) for n in range(3 * len(MUTATIONS))]
    assert {name for name, _ in made} == {m.__name__ for m in MUTATIONS}
    assert sum(data in files for _, data in made) <= 2

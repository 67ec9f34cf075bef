"""The lines that the guide gives to a data scientist, run as they stand against a portal."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from portal.accounts.services.tokens import make_token
from tests.factories import reading as f
from tests.factories.locking import heart, lock_case
from tests.factories.required import absent

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "user" / "data-scientist.md"


def snippet() -> str:
    (found,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert len([line for line in found.splitlines() if line.strip()]) <= 10
    return str(found)


@pytest.mark.django_db(transaction=True)
def test_ten_lines_get_the_numbers(live_server: object) -> None:
    python = os.environ.get("ACCORD_PEER_PYTHON")
    if not python:
        absent("no httpx: set ACCORD_PEER_PYTHON to a Python with httpx, pandas and pyarrow")
    world = f.make_world()
    case = lock_case(world, heart(61, n_slices=3))
    made = f.Api(world.scientist).post(f"projects/{world.slug}/datasets/", {"name": "cine"}).json()
    _, token = make_token(by=world.scientist, name="notebook")
    done = subprocess.run(
        [python, "-c", snippet()],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={
            **os.environ,
            "ACCORD_URL": str(live_server),
            "ACCORD_DATASET": made["id"],
            "ACCORD_TOKEN": token,
        },
    )
    assert done.returncode == 0, done.stderr[-2000:]
    mean = next(line for line in done.stdout.splitlines() if line.startswith("mean"))
    number = case.references.get().content["measurements"]["edv_ml"]
    assert "edv_ml" in done.stdout or "..." in done.stdout
    assert any(abs(float(text) - number) < 0.01 for text in re.findall(r"\d+\.\d+", mean))

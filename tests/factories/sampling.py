"""A seeded share of the files that run twice: once in team mode, where races can't hide, and once
more on SQLite."""

import os
from pathlib import Path
from zlib import crc32

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT / "tests" / "integration"


def left_out(path: Path) -> bool:
    """Whether this run leaves the file out: ``ACCORD_TEST_SHARE=3`` keeps about one in three of the
    integration tests, chosen by ``ACCORD_TEST_SEED``. Without it nothing is left out."""
    share = int(os.environ.get("ACCORD_TEST_SHARE", "1"))
    if share == 1 or SHARED not in path.parents or not path.name.startswith("test_"):
        return False
    seed = os.environ.get("ACCORD_TEST_SEED", "0")
    return crc32(f"{seed}:{path.relative_to(ROOT).as_posix()}".encode()) % share != 0

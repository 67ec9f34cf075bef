"""Parts of the bench that are programs of their own, as each starts servers or processes:
statistics of a trial, 200 readers who save, 25 people in a meeting.

With ``DATABASE_URL`` and ``REDIS_URL`` as a team has them, in a database that is made for the part
and dropped after it; else embedded.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

PARTS = ("agreement", "saving", "meeting")
SMALL = {
    "agreement": ("--cases", "2", "--processes", "1"),
    "saving": ("--readers", "8", "--seconds", "5"),
    "meeting": ("--seconds", "10"),
}


def measure(part: str, folder: Path, *, small: bool) -> Any:
    out = folder / f"{part}.json"
    with surroundings(part) as environment:
        subprocess.run(
            [sys.executable, "-m", f"bench.{part}", "--out", str(out), *(SMALL[part] * small)],
            env=environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )
    return json.loads(out.read_text())[part]


@contextmanager
def surroundings(part: str) -> Iterator[dict[str, str]]:
    """Environment variables to measure in: statistics are computed embedded."""
    environment = dict(os.environ)
    url = environment.pop("DATABASE_URL", "")
    if part == "agreement" or not (url and environment.get("REDIS_URL")):
        environment.pop("REDIS_URL", None)
        yield environment
        return
    import psycopg

    server, _ = url.rsplit("/", 1)
    name = f"accord_bench_{uuid4().hex[:8]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield environment | {"DATABASE_URL": f"{server}/{name}"}
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

"""How searches grow with the index: 10^4, 10^5 and 10^6 instances of synthetic headers in
PostgreSQL, asked over HTTP through the WSGI server, by a person whose permissions are checked."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import requests

from bench import data, load
from bench.filling import INSTANCES
from bench.headers import SERIES, Header
from bench.servers import Server, team, team_is_possible
from tests.factories.installation import ROOT

FULL = (40, 400, 4000)  # studies, 250 instances in each
SMALL = (4, 8)
DIFFERENT, SECONDS = 100, 3.0  # requests of one kind, over and over for so long
PAGE = 101  # what a viewer's study list asks for
LIMIT_MS = 50.0  # aimed at for patient, date range and wildcard, 95th percentile


def measure(folder: Path, sizes: tuple[int, ...]) -> dict[str, Any]:
    if not team_is_possible():
        return {"skipped": "DATABASE_URL and REDIS_URL name no PostgreSQL and Redis"}
    with team(folder / "scale") as server:
        _seed(server)
        rows, filled = [], 0
        for n_studies in sizes:
            spent = _fill(server, filled, n_studies)
            filled = n_studies
            print(f"[bench] scale: {n_studies} studies", flush=True)
            rows.append(
                {
                    "studies": n_studies,
                    "instances": n_studies * len(SERIES) * INSTANCES,
                    "database_mb": _size(server),
                    **spent,
                    "searches": _searches(server, n_studies),
                }
            )
    return {"sizes": rows, "growth": _growth(rows), "aim": _aim(rows)}


def _seed(server: Server) -> None:
    """One file through the product: the pattern of all rows."""
    (single,) = data.single_frame_studies(data.material(), 1)
    body = b"--b\r\nContent-Type: application/dicom\r\n\r\n" + single + b"\r\n--b--\r\n"
    kind = 'multipart/related; type="application/dicom"; boundary=b'
    headers = {**server.headers, "Content-Type": kind}
    requests.post(
        f"{server.root}/studies", data=body, headers=headers, timeout=60
    ).raise_for_status()


def _fill(server: Server, first: int, last: int) -> dict[str, Any]:
    assert server.installation is not None
    done = subprocess.run(
        [sys.executable, "-m", "bench.filling", str(first), str(last)],
        cwd=ROOT,
        env=server.installation.env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _size(server: Server) -> int:
    assert server.installation is not None
    with psycopg.connect(server.installation.env["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    return round(row[0] / 1e6)


# ---- searches: for each kind the addresses, and how many rows the first must answer


def _kinds(n: int) -> Iterator[tuple[str, Callable[[Header], str], Callable[[Header], int]]]:
    """Each gives an address for a study, and how many rows it must answer, at most a page."""
    every = [Header(number) for number in range(n)]

    def count(match: Callable[[Header], bool]) -> int:
        return min(sum(map(match, every)), PAGE)

    def week(h: Header) -> tuple[str, str]:
        start = datetime.strptime(h.day, "%Y%m%d").replace(tzinfo=UTC)
        return h.day, f"{start + timedelta(days=6):%Y%m%d}"

    def studies(query: str) -> str:
        return f"studies?{query}&limit={PAGE}"

    yield (
        "patient_id",
        lambda h: studies(f"PatientID={h.patient_id}"),
        lambda h: count(lambda o: o.patient_id == h.patient_id),
    )
    yield (
        "patient_name",
        lambda h: studies(f"PatientName={quote(h.patient_name)}"),
        lambda h: count(lambda o: o.patient_name == h.patient_name),
    )
    yield (
        "name_prefix",
        lambda h: studies(f"PatientName={quote(h.patient_name[:5])}*"),
        lambda h: count(lambda o: o.patient_name.startswith(h.patient_name[:5])),
    )
    yield (
        "wildcard_inside",
        lambda h: studies(f"PatientName=*{quote(h.patient_name[1:5])}*"),
        lambda h: count(lambda o: h.patient_name[1:5].lower() in o.patient_name.lower()),
    )
    yield (
        "date_range",
        lambda h: studies("StudyDate={}-{}".format(*week(h))),
        lambda h: count(lambda o: week(h)[0] <= o.day <= week(h)[1]),
    )
    yield (
        "date_range_and_wildcard",
        lambda h: studies(
            f"StudyDate={h.day[:4]}0101-{h.day[:4]}1231&ModalitiesInStudy=MR"
            f"&PatientName={quote(h.patient_name[:2])}*"
        ),
        lambda h: count(
            lambda o: (
                o.day[:4] == h.day[:4]
                and o.patient_name.lower().startswith(h.patient_name[:2].lower())
            )
        ),
    )
    yield (
        "first_page",
        lambda h: f"studies?limit={PAGE}&offset=0",
        lambda h: min(n + 1, PAGE),
    )
    yield (
        "late_page",
        lambda h: f"studies?limit={PAGE}&offset={n * 9 // 10}",
        lambda h: min(n + 1 - n * 9 // 10, PAGE),
    )
    yield ("series_of_study", lambda h: f"studies/{h.study_uid}/series", lambda h: len(SERIES))
    yield (
        "instances_of_series",
        lambda h: f"studies/{h.study_uid}/series/{h.series_uid(3)}/instances",
        lambda h: INSTANCES,
    )
    yield (
        "instances_of_study",
        lambda h: f"studies/{h.study_uid}/instances",
        lambda h: INSTANCES * len(SERIES),
    )


def _searches(server: Server, n_studies: int) -> dict[str, Any]:
    found = {}
    headers = {**server.headers, "Accept": "application/dicom+json"}
    chosen = [Header(i * n_studies // DIFFERENT) for i in range(DIFFERENT)]
    for name, address, expected in _kinds(n_studies):
        _check(f"{server.root}/{address(chosen[50])}", headers, expected(chosen[50]), name)
        urls = [f"{server.root}/{address(h)}" for h in chosen]
        row = load.run(load.get(urls, headers, 1, SECONDS))
        found[name] = {
            key: row[key] for key in ("requests", "p50_ms", "p95_ms", "generator_cores")
        } | {"rows_of_one": expected(chosen[50])}
    return found


def _check(url: str, headers: dict[str, str], expected: int, name: str) -> None:
    """A fast wrong answer counts for nothing."""
    answer = requests.get(url, headers=headers, timeout=300)
    answer.raise_for_status()
    n_rows = len(answer.json())
    assert n_rows == expected, f"{name}: {n_rows} rows where there are {expected}"


def _growth(rows: list[dict[str, Any]]) -> dict[str, float]:
    """How much slower the largest index answers than the smallest, by the median."""
    first, last = rows[0]["searches"], rows[-1]["searches"]
    return {name: round(last[name]["p50_ms"] / first[name]["p50_ms"], 2) for name in first}


def _aim(rows: list[dict[str, Any]]) -> dict[str, Any]:
    names = ("patient_id", "patient_name", "name_prefix", "wildcard_inside", "date_range")
    worst = {name: rows[-1]["searches"][name]["p95_ms"] for name in names}
    return {"p95_ms_at_most": LIMIT_MS, **worst, "reached": max(worst.values()) <= LIMIT_MS}

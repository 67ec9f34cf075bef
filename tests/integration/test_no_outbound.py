"""Nothing leaves the machine at run time: import, DICOMweb and a worker that pre-annotates, and
what the built frontend would fetch."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.conf import settings
from django.test import Client

from tests.factories.imaging import phantom_files
from tests.factories.installation import ROOT, Installation, running_installation

GUARD = ROOT / "tests" / "factories" / "outbound_guard"
SEGMENTED_WITHIN_S = 600
# written in the bundle and never fetched: namespaces, licences, and links in messages of libraries
NAMED_ONLY = {
    "www.w3.org",  # XML namespaces
    "localhost",  # examples in messages
    "www.mozilla.org",  # licence
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    log = tmp_path_factory.mktemp("outbound") / "outbound.log"
    log.touch()
    return {"PYTHONPATH": str(GUARD), "ACCORD_OUTBOUND_LOG": str(log)}


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory, guarded: dict[str, str]
) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("installation")
    with running_installation(data, ("web", "dicomweb", "tasks", "worker"), guarded) as running:
        yield running


def test_the_guard_sees_a_connection_and_a_look_up(tmp_path: Path) -> None:
    log = tmp_path / "log"
    for attempt in (
        "import socket; socket.socket().connect(('192.0.2.1', 80))",
        "import requests; requests.get('http://accord.example/', timeout=1)",
        "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 53))",
    ):
        env = {**os.environ, "PYTHONPATH": str(GUARD), "ACCORD_OUTBOUND_LOG": str(log)}
        done = subprocess.run(
            [sys.executable, "-c", attempt], env=env, capture_output=True, check=False
        )
        assert done.returncode != 0
    seen = log.read_text().split()
    assert seen == ["connect", "192.0.2.1", "look-up", "accord.example", "sendto", "192.0.2.1"]


def imported(installation: Installation) -> str:
    """The case of a phantom that came in through the browser's requests."""
    project = f"{installation.web}/api/v1/projects/trial"
    http = requests.Session()
    http.headers.update(installation.bearer)
    batch = http.post(f"{project}/imports/", json={}, timeout=20).json()["id"]
    for sequence, path in enumerate(phantom_files(8)):
        answer = http.post(
            f"{project}/imports/{batch}/files/?sequence={sequence}",
            data=path.read_bytes(),
            headers={"Content-Type": "application/octet-stream"},
            timeout=20,
        )
        assert answer.json()["outcome"] == "stored"
    found = http.post(f"{project}/imports/{batch}/finish/", timeout=60).json()
    return str(found["studies"][0]["case"]["id"])


def test_import_dicomweb_and_a_draft_by_the_shipped_model(
    installation: Installation, guarded: dict[str, str]
) -> None:
    case = imported(installation)
    http = requests.Session()
    http.headers.update(installation.bearer)
    studies = http.get(f"{installation.dicomweb}/dicomweb/trial/studies", timeout=20).json()
    uid = studies[0]["0020000D"]["Value"][0]
    metadata = f"{installation.dicomweb}/dicomweb/trial/studies/{uid}/metadata"
    assert len(http.get(metadata, timeout=20).json()) == len(phantom_files(8))
    reset = {"email": "ada@example.org"}
    assert (
        http.post(f"{installation.web}/api/v1/password/reset/", json=reset, timeout=20).status_code
        == 202
    )
    project = f"{installation.web}/api/v1/projects/trial"
    (job,) = http.post(f"{project}/preannotate/", json={"case_ids": [case]}, timeout=20).json()
    deadline = time.monotonic() + SEGMENTED_WITHIN_S
    while job["state"] in ("queued", "leased", "running") and time.monotonic() < deadline:
        time.sleep(0.5)
        job = http.get(f"{installation.web}/api/v1/jobs/{job['id']}/", timeout=20).json()
    assert job["state"] == "succeeded", job
    assert Path(guarded["ACCORD_OUTBOUND_LOG"]).read_text() == ""


@pytest.mark.django_db
def test_the_policy_of_every_page_lets_nothing_be_fetched_elsewhere() -> None:
    for path in ("/", "/p/trial/studies", "/api/v1/session/", "/static/app/icon.svg", "/healthz"):
        policy = Client().get(path).headers["Content-Security-Policy"]
        directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
        assert directives["default-src"] == "'none'"
        for name, sources in directives.items():
            allowed = r"'self'|'none'|'wasm-unsafe-eval'|'nonce-[\w-]+'|data:|blob:"
            allowed += r"|'unsafe-inline'" if name == "style-src-attr" else ""
            for source in sources.split():
                assert re.fullmatch(allowed, source), (path, name, source)
        assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")


@pytest.fixture(scope="module")
def dist() -> Path:
    folder = Path(settings.FRONTEND_DIST)
    if not (folder / "index.html").is_file():
        if os.environ.get("ACCORD_REQUIRE") == "all":
            pytest.fail("the frontend is not built: make setup")
        pytest.skip("the frontend is not built: make setup")
    return folder


def test_the_built_pages_load_from_here_alone(dist: Path) -> None:
    html = (dist / "index.html").read_text()
    loaded = re.findall(r"""(?:src|href)=["']([^"']+)["']""", html)
    assert loaded
    assert [address for address in loaded if not re.match(r"/(?!/)", address)] == []
    for path in dist.rglob("*.css"):
        text = path.read_text()
        assert not re.search(r"@import\s+(url\()?['\"]?(https?:)?//", text), path.name
        assert not re.search(r"url\(\s*['\"]?(https?:)?//", text), path.name


# what makes a browser fetch: an address right behind one of these is a request
FETCHES = (
    r"\bfetch\(|\bimport\(|\bimportScripts\(|new (?:Shared)?Worker\(|new WebSocket\(|new URL\("
    r"|new EventSource\(|sendBeacon\(|\.open\(\s*[\"'`][A-Z]+[\"'`],|\.src\s*=|\.href\s*=|src:|href:"
)


def test_no_script_fetches_from_elsewhere(dist: Path) -> None:
    scripts = [*dist.rglob("*.js"), *dist.rglob("*.mjs")]
    assert scripts
    fetched = re.compile(rf"(?:{FETCHES})\s*[\"'`]((?:https?|wss?):)?//([\w.-]+)")
    for path in scripts:
        text = path.read_text(errors="replace")
        hosts = {match[2] for match in fetched.finditer(text)} - NAMED_ONLY
        assert not hosts, (path.name, hosts)
    assert fetched.search('x.src="https://cdn.example/a.js"')
    assert fetched.search("fetch(`//cdn.example/a`)")

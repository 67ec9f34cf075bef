"""scripts/start.sh in a plain shell: every command is real, and survives what clients do."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.factories.imaging import phantom_files
from tests.factories.installation import START, Installation, running_installation
from tests.integration.permissions.people_and_things import stowed


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("installation")
    with running_installation(data, ("web", "dicomweb")) as running:
        yield running


@pytest.mark.parametrize("arguments", [[], ["no-such-command"], ["web; true"]])
def test_an_unknown_command_says_what_there_is(arguments: list[str]) -> None:
    done = subprocess.run([START, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 64
    assert (
        "usage: scripts/start.sh migrate|web|dicomweb|tasks|scp|worker|gpu-worker|model-service"
        in done.stderr
    )


def test_every_named_command_is_in_the_usage() -> None:
    text = Path(START).read_text()
    commands = re.findall(r"^  ([a-z-]+)\)", text, re.M)
    assert commands == [
        "migrate",
        "web",
        "dicomweb",
        "tasks",
        "scp",
        "worker",
        "gpu-worker",
        "model-service",
    ]
    assert f"usage: scripts/start.sh {'|'.join(commands)}" in text


def test_web_serves_health_pages_and_the_interface(installation: Installation) -> None:
    for path in ("healthz", "readyz", "metrics"):
        assert requests.get(f"{installation.web}/{path}", timeout=10).status_code == 200
    me = requests.get(
        f"{installation.web}/api/v1/my-work/", headers=installation.bearer, timeout=10
    )
    assert me.status_code == 200
    assert requests.get(f"{installation.web}/api/v1/my-work/", timeout=10).status_code == 401


def test_what_is_stored_through_one_is_served_by_the_other(installation: Installation) -> None:
    data = phantom_files(4)[0].read_bytes()
    body, content_type = stowed(data)
    headers = {**installation.bearer, "Content-Type": content_type}
    studies = "/dicomweb/trial/studies"
    stored = requests.post(installation.dicomweb + studies, data=body, headers=headers, timeout=20)
    assert stored.status_code == 200, stored.text
    for server in (installation.dicomweb, installation.web):
        found = requests.get(server + studies, headers=installation.bearer, timeout=20).json()
        (uid,) = found[0]["0020000D"]["Value"]
        metadata = requests.get(
            f"{server}{studies}/{uid}/metadata", headers=installation.bearer, timeout=20
        ).json()[0]
        series, instance = (metadata[t]["Value"][0] for t in ("0020000E", "00080018"))
        frame = requests.get(
            f"{server}{studies}/{uid}/series/{series}/instances/{instance}/frames/1",
            headers={**installation.bearer, "Accept": "application/octet-stream"},
            timeout=20,
        )
        assert frame.status_code == 200
        assert frame.content in data
        assert requests.get(server + studies, timeout=20).status_code == 401


def hang_up_halfway(address: str, path: str, headers: dict[str, str], body: bytes) -> None:
    """Announce the whole body, send half of it, and go away."""
    host, port = address.removeprefix("http://").split(":")
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall("\r\n".join([*lines, "", ""]).encode() + body[: len(body) // 2])
        time.sleep(0.3)


def assert_nothing_stays(installation: Installation) -> None:
    deadline = time.monotonic() + 10
    while installation.drafts() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert installation.drafts() == []


def test_a_file_upload_cut_halfway_leaves_nothing(installation: Installation) -> None:
    root = f"{installation.web}/api/v1/projects/trial/imports/"
    batch = requests.post(root, json={}, headers=installation.bearer, timeout=10).json()["id"]
    path = f"/api/v1/projects/trial/imports/{batch}/files/?sequence=0"
    headers = {**installation.bearer, "Content-Type": "application/octet-stream"}
    data = phantom_files(5)[0].read_bytes()
    hang_up_halfway(installation.web, path, headers, data)
    assert_nothing_stays(installation)
    found = requests.get(f"{root}{batch}/", headers=installation.bearer, timeout=10).json()
    assert found["items"] == []
    again = requests.post(installation.web + path, data=data, headers=headers, timeout=10)
    assert again.json()["outcome"] == "stored"


@pytest.mark.parametrize("server", ["web", "dicomweb"])
def test_a_store_request_cut_halfway_leaves_nothing(
    installation: Installation, server: str
) -> None:
    address = getattr(installation, server)
    first, content_type = stowed(phantom_files(6)[0].read_bytes())
    whole = first.removesuffix(b"--x--\r\n") + stowed(phantom_files(6)[1].read_bytes())[0]
    headers = {**installation.bearer, "Content-Type": content_type}

    def stored() -> list[str]:
        rows = requests.get(
            f"{address}/dicomweb/trial/instances", headers=installation.bearer, timeout=10
        )
        return [row["00080018"]["Value"][0] for row in rows.json()] if rows.content else []

    before = stored()
    hang_up_halfway(address, "/dicomweb/trial/studies", headers, whole)
    assert_nothing_stays(installation)
    assert stored() == before
    assert requests.get(f"{address}/healthz", timeout=10).status_code == 200


def test_claims_about_ones_address_do_not_get_round_the_limit(installation: Installation) -> None:
    """The processes as they start by default: no proxy is believed, not even on loopback."""
    session = f"{installation.web}/api/v1/session/"
    browser = requests.Session()
    browser.get(session, timeout=10)
    token = {"X-CSRFToken": browser.cookies["csrftoken"]}
    codes = []
    for n in range(41):
        claims = {"X-Forwarded-For": f"198.51.100.{n}", **token}
        guess = {"email": f"guess{n}@example.org", "password": "x"}
        codes.append(browser.post(session, json=guess, headers=claims, timeout=20).status_code)
    assert codes == [403] * 40 + [429]


def test_what_is_searched_for_is_in_no_log(installation: Installation) -> None:
    for server in (installation.web, installation.dicomweb):
        path = f"{server}/dicomweb/trial/studies?PatientID=SECRET"
        assert requests.get(path, headers=installation.bearer, timeout=10).status_code == 204
        bad = requests.get(f"{path}&limit=x", headers=installation.bearer, timeout=10)
        assert bad.status_code == 400
    assert "SECRET" not in installation.log.read_text()
    assert "Traceback" not in installation.log.read_text()

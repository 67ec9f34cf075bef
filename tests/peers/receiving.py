"""An installation whose receiver really runs, and what it made of the files pushed to it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pydicom

from tests.factories.installation import free_port
from tests.factories.live import Live, until


@contextmanager
def receiving(folder: Path, template: Live) -> Iterator[Live]:
    """A copy of the template whose receiver listens on a port of its own."""
    installation = Live(
        folder,
        ACCORD_SCP_PORT=str(free_port()),
        ACCORD_SCP_HOST="127.0.0.1",
        ACCORD_LEASE_S="2",
    )
    try:
        installation.start_as(template)
        start_receiver(installation)
        yield installation
    finally:
        installation.stop()


def start_receiver(live: Live) -> None:
    live.run("scp")
    until("the receiver listens", lambda: listens(live))


def listens(live: Live) -> bool:
    assert live.processes["scp"].poll() is None, live.log("scp")
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port_of(live))) == 0


def port_of(live: Live) -> int:
    return int(live.env["ACCORD_SCP_PORT"])


def uid_of(path: Path) -> str:
    return str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID)


def dataset_bytes(path: Path) -> bytes:
    """What follows the file's head."""
    data = path.read_bytes()
    stream = BytesIO(data)
    pydicom.filereader.read_preamble(stream, force=False)
    pydicom.filereader._read_file_meta_info(stream)
    return data[stream.tell() :]


def finished(live: Live, n: int = 1) -> list[dict[str, Any]]:
    def over() -> list[dict[str, Any]] | None:
        rows = live.imports()
        done = len(rows) >= n and all(row["state"] == "finished" for row in rows)
        return rows if done else None

    rows: list[dict[str, Any]] = until("the imports are finished", over, 60)
    assert len(rows) == n
    return rows

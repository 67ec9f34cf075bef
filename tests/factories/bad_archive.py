"""A DICOMweb archive that misbehaves as it is told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pydicom

JSON, PART = "application/dicom+json", 'multipart/related; type="application/dicom"; boundary=xx'
Answer = tuple[int, str, bytes]


def multipart(data: bytes) -> bytes:
    return b"--xx\r\nContent-Type: application/dicom\r\n\r\n" + data + b"\r\n--xx--\r\n"


class BadArchive:
    """Serves files well until ``bend`` says otherwise: it gets the path and the good answer, and
    gives the one that is sent. ``asked`` has every path with its query."""

    def __init__(self, files: list[Path]) -> None:
        self.asked: list[str] = []
        self.authorisations: set[str | None] = set()
        self.bend: Callable[[str, Answer], Answer] = lambda _path, answer: answer
        self.pause_s = 0.0
        self.extra_headers: dict[str, str] = {}
        self._files = {}
        for path in files:
            d = pydicom.dcmread(path, stop_before_pixels=True)
            key = (str(d.StudyInstanceUID), str(d.SeriesInstanceUID), str(d.SOPInstanceUID))
            self._files[key] = path
        self.studies = sorted({key[0] for key in self._files})

    def answer(self, path: str) -> Answer:
        parts = path.split("?")[0].strip("/").split("/")[1:]
        if parts == ["studies"]:
            return self._json([{"0020000D": _ui(uid)} for uid in self.studies])
        if parts[-1] == "series":
            series = {s for study, s, _ in self._files if study == parts[1]}
            return self._json([{"0020000E": _ui(uid)} for uid in sorted(series)])
        if parts[-1] == "instances":
            found = sorted(i for _, s, i in self._files if s == parts[3])
            return self._json([{"00080018": _ui(uid)} for uid in found])
        file = self._files.get((parts[1], parts[3], parts[5])) if len(parts) == 6 else None
        return (200, PART, multipart(file.read_bytes())) if file else (404, "text/html", b"")

    @staticmethod
    def _json(rows: list[dict[str, Any]]) -> Answer:
        return 200, JSON, json.dumps(rows).encode()


def _ui(uid: str) -> dict[str, Any]:
    return {"vr": "UI", "Value": [uid]}


@contextmanager
def serving(archive: BadArchive) -> Iterator[str]:
    """Its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            archive.asked.append(self.path)
            archive.authorisations.add(self.headers.get("Authorization"))
            time.sleep(archive.pause_s)
            status, media_type, body = archive.bend(self.path, archive.answer(self.path))
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            for name, value in archive.extra_headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(body)
            except ConnectionError:
                pass

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/dicom-web"
    finally:
        server.shutdown()
        server.server_close()

"""OHIF's built viewer, served on a port of its own beside a DICOMweb root that it may ask.

A browser lets a page ask its own server alone, so the small server here hands ``/dicomweb`` on to
Accord, and adds the token on the way: Accord needs no permission for other origins, and the viewer
knows no secret. An installation does the same with its reverse proxy.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

from tests.factories.installation import ROOT

# scripts/test_servers.sh fetches it
DIST = Path(os.environ.get("ACCORD_OHIF_DIST", ROOT / "build" / "ohif" / "package" / "dist"))
_PASSED_ON = ("Content-Type", "Cache-Control", "Warning", "ETag")
CONFIGURATION = """
window.config = {
  routerBasename: null,
  extensions: [],
  modes: [],
  showStudyList: true,
  showErrorDetails: 'always',
  maxNumRequests: {interaction: 100, thumbnail: 5, prefetch: 10},
  defaultDataSourceName: 'accord',
  dataSources: [
    {
      namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
      sourceName: 'accord',
      configuration: {
        friendlyName: 'Accord',
        name: 'accord',
        qidoRoot: window.location.origin + '/dicomweb',
        wadoRoot: window.location.origin + '/dicomweb',
        qidoSupportsIncludeField: true,
        supportsFuzzyMatching: false,
        supportsWildcard: true,
        imageRendering: 'wadors',
        thumbnailRendering: 'wadors',
        enableStudyLazyLoad: true,
        bulkDataURI: {enabled: true},
        omitQuotationForMultipartRequest: true,
      },
    },
  ],
};
"""


@dataclass
class Viewer:
    """Where it is served, and every answer that Accord gave it: (status, path)."""

    url: str
    answers: list[tuple[int, str]] = field(default_factory=list)


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *args: Any, viewer: Viewer, root: str, token: str, **kwargs: Any) -> None:
        self.viewer, self.root, self.token = viewer, root, token
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path.startswith("/dicomweb/"):
            self._hand_on()
        elif path == "/app-config.js":
            self._answer(200, {"Content-Type": "text/javascript"}, CONFIGURATION.encode())
        else:
            if not (DIST / path.lstrip("/")).is_file():
                self.path = "/index.html"  # a page of the viewer's own
            super().do_GET()

    def _hand_on(self) -> None:
        headers = {
            "Accept": self.headers.get("Accept", "*/*"),
            "Authorization": f"Bearer {self.token}",
        }
        url = self.root + self.path.removeprefix("/dicomweb")
        answer = requests.get(url, headers=headers, timeout=60)
        self.viewer.answers.append((answer.status_code, self.path))
        kept = {name: answer.headers[name] for name in _PASSED_ON if name in answer.headers}
        self._answer(answer.status_code, kept, answer.content)

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, text in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, *_: Any) -> None:
        """Quiet: the answers are kept instead."""


@contextmanager
def serving(root: str, token: str) -> Iterator[Viewer]:
    """The viewer on a free port, for the DICOMweb root given."""
    viewer = Viewer("")
    handler = partial(_Handler, directory=str(DIST), viewer=viewer, root=root, token=token)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    viewer.url = f"http://localhost:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield viewer
    finally:
        server.shutdown()
        server.server_close()

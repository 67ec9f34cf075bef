"""Storing files as they are, by STOW-RS."""

import requests

from tests.factories.installation import Installation
from tests.peers.material import Files

BOUNDARY = "peers"


def store(accord: Installation, files: Files) -> None:
    """By the raw bytes, so that what is stored is the file and no client's rewriting of it."""
    body = b"".join(
        f"--{BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode() + data + b"\r\n"
        for data in files.contents
    )
    content = f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'
    answer = requests.post(
        f"{accord.root}/studies",
        data=body + f"--{BOUNDARY}--\r\n".encode(),
        headers={**accord.bearer, "Content-Type": content},
        timeout=120,
    )
    assert answer.status_code == 200, answer.text

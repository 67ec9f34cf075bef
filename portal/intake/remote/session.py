"""HTTP to an archive that a person named: bounded, without redirects, every failure with a name."""

import ipaddress
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.auth import HTTPBasicAuth
from urllib3.exceptions import HTTPError as TransportError

from portal.core.sealing import unseal
from portal.intake import errors as e
from portal.intake.models import RemoteArchive, RemoteAuth

SECRET_PURPOSE = "intake.remote"  # noqa: S105 - what the secret is sealed for
TIMEOUT_S = (5.0, 30.0)  # to connect, between two pieces of an answer
MAX_ANSWER = 32 * 2**20  # bytes of a search's answer
WHOLE_ANSWER_S = 60.0
_PIECE = 1 << 16


class ArchiveSession(requests.Session):
    """Credentials of one archive; they go to its host and no other."""

    def __init__(self, archive: RemoteArchive) -> None:
        super().__init__()
        # neither a proxy nor a .netrc of the machine takes part
        self.trust_env = False
        refuse_odd_addresses(archive.base_url)
        if archive.ca_file:
            self.verify = str(ca_path(archive.ca_file))
        secret = (
            unseal(bytes(archive.sealed_secret), SECRET_PURPOSE) if archive.sealed_secret else b""
        )
        if archive.auth == RemoteAuth.BASIC:
            self.auth = HTTPBasicAuth(archive.username.encode(), secret)
        elif archive.auth == RemoteAuth.BEARER:
            self.headers["Authorization"] = f"Bearer {secret.decode()}"

    def get(self, url: str | bytes, **options: Any) -> requests.Response:
        """Raises a RemoteProblem for whatever is not the answer that was asked for."""
        wants_stream = bool(options.pop("stream", False))
        headers = {k: v for k, v in (options.pop("headers", None) or {}).items() if k != "Host"}
        options |= {"timeout": TIMEOUT_S, "allow_redirects": False}
        with problems_named():
            answer = super().get(_with_wildcards(str(url)), stream=True, headers=headers, **options)
            problem = _problem_of(answer.status_code)
            if problem is not None:
                answer.close()
                raise problem
            if not wants_stream:
                # the one way to give a bounded body to a library that asks for the whole
                answer._content = _bounded(answer)
        return answer


@contextmanager
def problems_named() -> Iterator[None]:
    """Turns what HTTP libraries raise, which quotes addresses, into problems that don't."""
    try:
        yield
    except requests.exceptions.SSLError as error:
        raise e.RemoteInsecure() from error
    except requests.exceptions.Timeout as error:
        raise e.RemoteTimeout() from error
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
        raise e.RemoteUnfit() from error
    except (requests.exceptions.RequestException, TransportError) as error:
        raise e.RemoteUnreachable() from error


def _problem_of(status: int) -> e.RemoteProblem | None:
    if status < 300:
        return None
    if status < 400:
        return e.RemoteRedirects()
    if status in (401, 403):
        return e.RemoteUnauthorised()
    if status in (404, 410):
        return e.RemoteMissing()
    if status in (408, 429, 502, 503, 504):
        return e.RemoteBusy()
    if status in (400, 405, 406, 415):
        return e.RemoteUnfit()
    return e.RemoteProblem()


def _with_wildcards(url: str) -> str:
    """dicomweb-client escapes * and ?; Orthanc takes nothing but the signs themselves for any
    letters. Both may stand in a query (RFC 3986, 3.4)."""
    path, mark, query = url.partition("?")
    return path + mark + query.replace("%2A", "*").replace("%3F", "?")


def _bounded(answer: requests.Response) -> bytes:
    body, deadline = bytearray(), time.monotonic() + WHOLE_ANSWER_S
    with answer:
        for piece in answer.iter_content(_PIECE):
            body += piece
            if len(body) > MAX_ANSWER:
                raise e.RemoteTooLarge()
            if time.monotonic() > deadline:
                raise e.RemoteTimeout()
    return bytes(body)


def ca_path(name: str) -> Path:
    """A file of the CA folder; a name is no path."""
    return Path(settings.ACCORD_CA_DIR) / Path(name).name


def refuse_odd_addresses(url: str) -> None:
    """Hospitals' archives lie in private networks and on this machine; services of a cloud that
    hand out its keys lie at link-local addresses."""
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise e.RemoteUnreachable() from error
    for *_, address in found:
        ip = ipaddress.ip_address(str(address[0]).split("%")[0])
        if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
            raise e.RemoteForbiddenAddress()

"""Loaded by every Python process that has this folder in PYTHONPATH: no connection and no look-up
leaves this machine, and each that would is written down in ACCORD_OUTBOUND_LOG."""

import os
import socket
from typing import Any

LOCAL = ("127.", "::1", "localhost", "0.0.0.0")


def _is_local(host: Any) -> bool:
    text = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    return text.startswith(LOCAL) or text == ""


def _refuse(what: str, host: Any) -> None:
    with open(os.environ["ACCORD_OUTBOUND_LOG"], "a") as log:
        log.write(f"{what} {host}\n")
    raise OSError(f"outbound {what} to {host} refused by the test")


_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex
_sendto, _getaddrinfo = socket.socket.sendto, socket.getaddrinfo


def _check(family: int, address: Any, what: str) -> None:
    if family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
        _refuse(what, address[0])


class GuardedSocket(socket.socket):
    def connect(self, address: Any) -> None:
        _check(self.family, address, "connect")
        _connect(self, address)

    def connect_ex(self, address: Any) -> int:
        _check(self.family, address, "connect")
        return _connect_ex(self, address)

    def sendto(self, data: Any, *rest: Any) -> int:
        _check(self.family, rest[-1], "sendto")
        return _sendto(self, data, *rest)


def getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
    if not _is_local(host):
        _refuse("look-up", host)
    return _getaddrinfo(host, *rest, **named)


socket.socket = GuardedSocket  # type: ignore[misc]
socket.getaddrinfo = getaddrinfo

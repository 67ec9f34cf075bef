"""A load generator for servers on this machine: keep-alive connections over plain sockets, one
thread each, so that the client costs little of the cores that it shares with the server."""

import socket
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Connection:
    """One kept-alive connection; answers by length or in chunks."""

    host: str
    port: int
    headers: dict[str, str]
    _socket: socket.socket | None = field(default=None, repr=False)

    def get(self, path: str) -> tuple[int, int]:
        """(status, bytes of the body)."""
        lines = [f"GET {path} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        request = "\r\n".join([*lines, "", ""]).encode()
        if self._socket is None:
            self._socket = socket.create_connection((self.host, self.port), timeout=30)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        return self._answer(self._socket)

    def _answer(self, wire: socket.socket) -> tuple[int, int]:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more(wire)
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = dict(line.lower().split(":", 1) for line in lines[1:])
        length = int(fields.get("content-length", -1))
        chunked = "chunked" in fields.get("transfer-encoding", "")
        received, tail = len(body), body[-5:]
        while (chunked and not tail.endswith(b"0\r\n\r\n")) or received < length:
            piece = self._more(wire)
            received += len(piece)
            tail = (tail + piece)[-5:]
        if fields.get("connection", "").strip() == "close":
            self.close()
        return int(lines[0].split()[1]), received

    def _more(self, wire: socket.socket) -> bytes:
        piece = wire.recv(1 << 18)
        if not piece:
            raise ConnectionError("the server closed the connection in the middle of an answer")
        return piece

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def measure(
    urls: list[str], *, connections: int, seconds: float, headers: dict[str, str]
) -> dict[str, float | int]:
    """Ask for the URLs over and over; a status other than 200 is an error of the run."""
    first = urlsplit(urls[0])
    paths = [url.removeprefix(f"{first.scheme}://{first.netloc}") for url in urls]
    spent: list[list[float]] = [[] for _ in range(connections)]
    moved = [0] * connections
    failures: list[Exception] = []
    until = time.perf_counter() + seconds

    def work(index: int) -> None:
        wire = Connection(str(first.hostname), int(first.port or 80), headers)
        turn = index
        try:
            while time.perf_counter() < until:
                began = time.perf_counter()
                status, size = wire.get(paths[turn % len(paths)])
                if status != 200:
                    raise RuntimeError(f"status {status}")
                spent[index].append(time.perf_counter() - began)
                moved[index] += size
                turn += connections
        except (OSError, RuntimeError) as error:
            failures.append(error)
        finally:
            wire.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - began
    if failures:
        raise failures[0]
    times = sorted(t for one in spent for t in one)
    return {
        "connections": connections,
        "requests": len(times),
        "per_s": round(len(times) / wall, 1),
        "mb_per_s": round(sum(moved) / wall / 1e6, 1),
        "p50_ms": round(times[len(times) // 2] * 1e3, 2),
        "p95_ms": round(times[int(len(times) * 0.95)] * 1e3, 2),
    }

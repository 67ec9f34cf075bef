"""A load generator for servers on this machine: a process of its own, one thread, requests made
beforehand, kept-alive connections waited for together. It says how much of the cores it took, since
it shares them with the server that it measures."""

import multiprocessing
import resource
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bench.wire import Answer

_RECEIVED = 1 << 20  # bytes taken from a socket at once
_PATIENCE_S = 300.0


@dataclass(frozen=True)
class Load:
    """What to ask: ``requests`` whole, as bytes, in turn over ``connections``; once through, or
    over and over for ``seconds``."""

    host: str
    port: int
    requests: list[bytes]
    connections: int
    seconds: float | None = None


def get(urls: list[str], headers: dict[str, str], connections: int, seconds: float | None) -> Load:
    """GET every URL."""
    first = urlsplit(urls[0])
    host, port = str(first.hostname), int(first.port or 80)
    lines = [f"Host: {host}:{port}", *(f"{name}: {text}" for name, text in headers.items())]
    paths = [url.removeprefix(f"{first.scheme}://{first.netloc}") for url in urls]
    made = ["\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode() for path in paths]
    return Load(host, port, made, connections, seconds)


def post(url: str, headers: dict[str, str], bodies: list[bytes], connections: int) -> Load:
    """POST every body, once."""
    parts = urlsplit(url)
    host, port = str(parts.hostname), int(parts.port or 80)
    made = []
    for body in bodies:
        lines = [f"POST {parts.path} HTTP/1.1", f"Host: {host}:{port}"]
        lines += [f"{name}: {text}" for name, text in headers.items()]
        lines += [f"Content-Length: {len(body)}", "", ""]
        made.append("\r\n".join(lines).encode() + body)
    return Load(host, port, made, connections)


def run(load: Load) -> dict[str, Any]:
    """Rates, percentiles and the generator's own cost; a status that is no success is an error
    of the run."""
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(load, sending))
    process.start()
    sending.close()
    try:
        found: dict[str, Any] = receiving.recv()
    except EOFError:
        found = {"failure": "the load generator stopped"}
    process.join()
    if "failure" in found:
        raise RuntimeError(found["failure"])
    return found


@dataclass
class _Connection:
    load: Load
    turns: Iterator[int]
    wire: socket.socket | None = None
    unsent: memoryview = field(default_factory=lambda: memoryview(b""))
    answer: Answer = field(default_factory=Answer)
    began: float = 0.0

    def open(self) -> socket.socket:
        self.wire = socket.create_connection((self.load.host, self.load.port), timeout=30)
        self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.wire.setblocking(False)
        return self.wire

    def next(self) -> bool:
        """Take up the next request; False when there is none."""
        turn = next(self.turns, None)
        if turn is None:
            return False
        self.unsent = memoryview(self.load.requests[turn % len(self.load.requests)])
        self.answer, self.began = Answer(), time.perf_counter()
        return True

    def send(self) -> None:
        assert self.wire is not None
        try:
            self.unsent = self.unsent[self.wire.send(self.unsent) :]
        except BlockingIOError:
            pass


def _work(load: Load, sending: Any) -> None:
    try:
        sending.send(_measured(load))
    except (OSError, RuntimeError, ValueError) as error:
        sending.send({"failure": f"{type(error).__name__}: {error}"})


def _measured(load: Load) -> dict[str, Any]:
    times: list[float] = []
    moved = 0
    until = None if load.seconds is None else time.perf_counter() + load.seconds
    turns = _turns(load, until)
    buffer = memoryview(bytearray(_RECEIVED))
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        open_ones = 0
        for _ in range(load.connections):
            connection = _Connection(load, turns)
            if connection.next():
                wire = connection.open()
                selector.register(wire, selectors.EVENT_READ | selectors.EVENT_WRITE, connection)
                open_ones += 1
        while open_ones:
            ready = selector.select(_PATIENCE_S)
            if not ready:
                raise RuntimeError(f"no answer for {_PATIENCE_S:.0f} s")
            for key, events in ready:
                connection = key.data
                if events & selectors.EVENT_WRITE:
                    connection.send()
                    if not connection.unsent:
                        selector.modify(key.fileobj, selectors.EVENT_READ, connection)
                if events & selectors.EVENT_READ and _receive(connection, buffer):
                    times.append(time.perf_counter() - connection.began)
                    moved += connection.answer.size
                    open_ones -= _go_on(selector, key, connection)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    own = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return _figures(load, sorted(times), wall, moved, own)


def _turns(load: Load, until: float | None) -> Iterator[int]:
    turn = 0
    while turn < len(load.requests) if until is None else time.perf_counter() < until:
        yield turn
        turn += 1


def _receive(connection: _Connection, buffer: memoryview) -> bool:
    """Take what has come; True once the answer is whole."""
    assert connection.wire is not None
    n = connection.wire.recv_into(buffer)
    if not n:
        raise RuntimeError("the server closed the connection in the middle of an answer")
    if not connection.answer.feed(buffer[:n]):
        return False
    if connection.answer.status not in (200, 206):
        raise RuntimeError(f"status {connection.answer.status}")
    return True


def _go_on(selector: Any, key: Any, connection: _Connection) -> int:
    """The connection's next request; 1 where there is none left for it."""
    both = selectors.EVENT_READ | selectors.EVENT_WRITE
    closing = connection.answer.closing
    more = connection.next()
    if more and not closing:
        selector.modify(key.fileobj, both, connection)
        return 0
    selector.unregister(key.fileobj)
    key.fileobj.close()
    if more:
        selector.register(connection.open(), both, connection)
    return 0 if more else 1


def _figures(load: Load, times: list[float], wall: float, moved: int, own: float) -> dict[str, Any]:
    return {
        "connections": load.connections,
        "requests": len(times),
        "wall_s": round(wall, 3),
        "per_s": round(len(times) / wall, 1),
        "mb_per_s": round(moved / wall / 1e6, 1),
        "p50_ms": round(times[len(times) // 2] * 1e3, 2),
        "p95_ms": round(times[int(len(times) * 0.95)] * 1e3, 2),
        # of one core, which it takes away from the server
        "generator_cores": round(own / wall, 2),
    }

"""The load generator of the benchmarks: it counts whole answers, and refuses what is no success."""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench import load
from bench.wire import Answer

BODY = bytes(range(256)) * 40
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


def in_chunks(body: bytes, sizes: list[int]) -> bytes:
    found, at = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 0
    for size in sizes:
        piece = body[at : at + size]
        found += b"%x\r\n" % len(piece) + piece + b"\r\n"
        at += size
    rest = body[at:]
    return found + b"%x;name=value\r\n" % len(rest) + rest + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize("answer", [PLAIN, in_chunks(BODY, [1, 255, 4096, 7])])
def test_an_answer_is_whole_at_its_last_byte_however_it_is_cut(answer: bytes) -> None:
    for seed in range(50):
        cuts = sorted(random.Random(seed).sample(range(1, len(answer)), 12))
        pieces = [answer[a:b] for a, b in zip([0, *cuts], [*cuts, len(answer)], strict=True)]
        read = Answer(keep=True)
        whole = [read.feed(memoryview(piece)) for piece in pieces]
        assert whole == [False] * 12 + [True]
        assert (read.status, read.size, bytes(read.body)) == (200, len(BODY), BODY)


def test_an_end_of_chunks_inside_the_data_ends_nothing() -> None:
    body = b"pixels 0\r\n\r\n more pixels"
    read = Answer()
    answer = in_chunks(body, [12])
    assert not read.feed(memoryview(answer[: answer.index(b" more")]))
    assert read.feed(memoryview(answer[answer.index(b" more") :]))


@contextmanager
def answering(answer: bytes) -> Iterator[int]:
    """A server that answers whatever is asked; its port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve(wire: socket.socket) -> None:
        with wire:
            asked = b""
            while data := wire.recv(65536):
                asked += data
                while b"\r\n\r\n" in asked:
                    asked = asked.split(b"\r\n\r\n", 1)[1]
                    wire.sendall(answer)

    def accept() -> None:
        while True:
            try:
                wire, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(wire,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


def test_every_request_is_made_once_and_counted() -> None:
    with answering(PLAIN) as port:
        urls = [f"http://127.0.0.1:{port}/{n}" for n in range(30)]
        found = load.run(load.get(urls, {}, connections=4, seconds=None))
        assert found["requests"] == 30
        assert found["generator_cores"] < 1.5
        timed = load.run(load.get(urls, {}, connections=2, seconds=0.3))
        assert 0.25 < timed["wall_s"] < 10
        assert timed["per_s"] > 1


def test_a_refusal_is_an_error_of_the_run() -> None:
    with answering(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n") as port:
        asked = load.get([f"http://127.0.0.1:{port}/"], {}, connections=1, seconds=None)
        with pytest.raises(RuntimeError, match="status 401"):
            load.run(asked)

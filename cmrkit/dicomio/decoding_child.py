"""The process that decodes compressed frames; ``python -m``, talked to by ``decoding_apart``.

It reads requests from standard input and writes one answer each to standard output, until the
input ends. Whatever a decoder does to it, it does to nobody else.
"""

import json
import resource
import struct
import sys
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from pydicom.encaps import encapsulate
from pydicom.pixels import get_decoder

_MEMORY = 2 << 30  # bytes of address space beyond what is loaded
LENGTHS = struct.Struct("<II")  # bytes of the JSON head, bytes of the frame


def write_message(stream: IO[bytes], head: dict[str, Any], body: bytes) -> None:
    text = json.dumps(head).encode()
    stream.write(LENGTHS.pack(len(text), len(body)) + text + body)
    stream.flush()


def read_message(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """None where the stream ended."""
    sizes = stream.read(LENGTHS.size)
    if len(sizes) < LENGTHS.size:
        return None
    n_head, n_body = LENGTHS.unpack(sizes)
    head, body = stream.read(n_head), stream.read(n_body)
    return (json.loads(head), body) if len(body) == n_body else None


def decode(head: dict[str, Any], frame: bytes) -> NDArray[Any]:
    array: NDArray[Any]
    array, _ = get_decoder(head.pop("transfer_syntax_uid")).as_array(
        encapsulate([frame], has_bot=False), number_of_frames=1, index=0, **head
    )
    return array


def _limit_memory() -> None:
    """To what is loaded and some more; only where the kernel tells how much that is (Linux)."""
    told = Path("/proc/self/statm")
    if told.exists():
        used = int(told.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY, used + _MEMORY))


def main() -> None:
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # a decoder that prints must not write into the answers
    _limit_memory()
    while (request := read_message(sys.stdin.buffer)) is not None:
        try:
            array = np.ascontiguousarray(decode(*request))
        except BaseException as error:  # noqa: BLE001 - a panic (Rust) is no Exception
            write_message(answers, {"error": type(error).__name__}, b"")
            continue
        head = {"dtype": array.dtype.str, "shape": array.shape}
        write_message(answers, head, array.tobytes())


if __name__ == "__main__":
    main()

"""Frames decoded where a damaged file can do no harm.

Compressed frames are decoded by libraries in C, C++ and Rust, and one of them ends the whole
process on some damaged files (GDCM throws where nobody can catch). They run in a child process: a
crash, a hang or a hunger for memory costs one frame. What is not compressed stays here.
"""

import atexit
import subprocess
import sys
import threading
from io import BytesIO
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import FileDataset
from pydicom.pixels import pixel_array
from pydicom.uid import UID

from cmrkit.dicomio.codestream import HEAD, codestream_size
from cmrkit.dicomio.decoding_child import read_message, write_message
from cmrkit.dicomio.frames import frame_ranges
from cmrkit.errors import UnreadableDicom

_LONGEST_S = 20.0  # for one frame, starting the child included
_CRASHED = "A frame can't be decoded (its decoder stopped). Export the file again."
_NUMBERS = {
    "rows": "Rows",
    "columns": "Columns",
    "samples_per_pixel": "SamplesPerPixel",
    "bits_allocated": "BitsAllocated",
    "bits_stored": "BitsStored",
    "pixel_representation": "PixelRepresentation",
}


def decoded_frame(dataset: FileDataset, stream: BinaryIO, number: int) -> NDArray[Any]:
    """Stored values of frame ``number`` (from 1): (row, column), or (row, column, sample).

    ``stream`` is the whole file that ``dataset`` was read from. Raises UnreadableDicom where a
    compressed frame has another size than its file tells (decoders believe the frame, and ask for
    that much memory) or can't be decoded; what pydicom raises otherwise.
    """
    syntax = UID(str(dataset.file_meta.TransferSyntaxUID))
    if not syntax.is_compressed:
        stream.seek(0)
        return np.asarray(pixel_array(stream, index=number - 1))
    frame = _stored(dataset, stream, number)
    told = codestream_size(frame[:HEAD])
    samples = int(dataset.get("SamplesPerPixel", 1) or 1)
    if told is not None and told != (int(dataset.Rows), int(dataset.Columns), samples):
        raise UnreadableDicom("A compressed frame has another size than its file tells.")
    return _CHILD.decode(_head(dataset, syntax), frame)


def decoded_frames(data: bytes, dataset: FileDataset) -> NDArray[Any]:
    """All frames of a file: (frame, row, column), or with samples."""
    n = int(dataset.get("NumberOfFrames", 1) or 1)
    return np.stack([decoded_frame(dataset, BytesIO(data), number + 1) for number in range(n)])


def _stored(dataset: FileDataset, stream: BinaryIO, number: int) -> bytes:
    n_frames = int(dataset.get("NumberOfFrames", 1) or 1)
    pairs = frame_ranges(dataset, stream, n_frames)[number - 1]
    pieces = []
    for offset, length in zip(pairs[::2], pairs[1::2], strict=True):
        stream.seek(offset)
        pieces.append(stream.read(length))
    return b"".join(pieces)


def _head(dataset: FileDataset, syntax: UID) -> dict[str, Any]:
    defaults = {"samples_per_pixel": 1, "pixel_representation": 0}
    head = {name: int(dataset.get(tag, defaults.get(name, 0))) for name, tag in _NUMBERS.items()}
    samples = {} if head["samples_per_pixel"] == 1 else {"planar_configuration": 0}
    return {
        "transfer_syntax_uid": str(syntax),
        "photometric_interpretation": str(dataset.get("PhotometricInterpretation", "MONOCHROME2")),
        "pixel_keyword": "PixelData",
        **head,
        **samples,
    }


class _Child:
    """One decoding process, started when it is first needed and again after it ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def decode(self, head: dict[str, Any], frame: bytes) -> NDArray[Any]:
        with self._lock:
            process = self._running()
            watch = threading.Timer(_LONGEST_S, process.kill)
            watch.start()
            try:
                assert process.stdin is not None
                assert process.stdout is not None
                write_message(process.stdin, head, frame)
                answer = read_message(process.stdout)
            except OSError:
                answer = None
            finally:
                watch.cancel()
            if answer is None:
                self.stop()
                raise UnreadableDicom(_CRASHED)
        told, values = answer
        if "error" in told:
            raise UnreadableDicom(f"A frame can't be decoded ({told['error']}).")
        return np.frombuffer(values, told["dtype"]).reshape(told["shape"])

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cmrkit.dicomio.decoding_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


_CHILD = _Child()
atexit.register(_CHILD.stop)

"""Decoders, kept from what a hostile file would make them do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from pydicom.dataset import FileDataset
from pydicom.uid import UID

from cmrkit.dicomio.codestream import HEAD, codestream_size
from cmrkit.dicomio.frames import frame_ranges
from cmrkit.errors import CmrkitError, UnreadableDicom


@contextmanager
def failures_named() -> Iterator[None]:
    """Whatever a decoder raises becomes UnreadableDicom; a panic (Rust) is no Exception."""
    try:
        yield
    except (CmrkitError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise UnreadableDicom(f"A frame can't be decoded ({type(error).__name__}).") from error


def check_codestream(dataset: FileDataset, stream: BinaryIO, number: int) -> None:
    """Raises UnreadableDicom where compressed frame ``number`` (from 1) has another size than its
    file tells: decoders believe the frame, and ask for that much memory."""
    if not UID(str(dataset.file_meta.TransferSyntaxUID)).is_compressed:
        return
    n_frames = int(dataset.get("NumberOfFrames", 1) or 1)
    offset, length = frame_ranges(dataset, stream, n_frames)[number - 1][:2]
    stream.seek(offset)
    told = codestream_size(stream.read(min(length, HEAD)))
    samples = int(dataset.get("SamplesPerPixel", 1) or 1)
    if told is not None and told != (int(dataset.Rows), int(dataset.Columns), samples):
        raise UnreadableDicom("A compressed frame has another size than its file tells.")

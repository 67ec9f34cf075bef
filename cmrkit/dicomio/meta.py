"""The head of a file, read before the rest of it is parsed."""

from typing import BinaryIO

from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset, read_preamble
from pydicom.uid import DeflatedExplicitVRLittleEndian, MediaStorageDirectoryStorage

from cmrkit.errors import UnsupportedInput


def file_meta(stream: BinaryIO) -> Dataset:
    """Group 2; the stream is at its start again. Raises InvalidDicomError without a DICM mark."""
    read_preamble(stream, force=False)
    meta = read_dataset(stream, False, True, stop_when=lambda tag, vr, length: tag >> 16 != 2)
    stream.seek(0)
    return meta


def is_directory(meta: Dataset) -> bool:
    return bool(meta.get("MediaStorageSOPClassUID") == MediaStorageDirectoryStorage)


def refuse_deflated(meta: Dataset) -> None:
    """A small deflated file may unpack to more than memory holds. Raises UnsupportedInput."""
    if str(meta.get("TransferSyntaxUID", "")) == DeflatedExplicitVRLittleEndian:
        raise UnsupportedInput("The file is deflated. Export it uncompressed.")

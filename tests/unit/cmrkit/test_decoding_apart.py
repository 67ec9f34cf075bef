"""Frames are decoded in a process of its own: its end is nobody else's."""

import threading
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import (
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from cmrkit.dicomio import decoding_apart
from cmrkit.dicomio.decoding import as_explicit_little_endian, decode_frames
from cmrkit.dicomio.decoding_apart import decoded_frame
from cmrkit.errors import UnreadableDicom
from tests.factories.imaging import phantom_files
from tests.factories.mutations import mutated
from tests.reliability.hostile_import import _sources

SYNTAXES = (RLELossless, JPEGLSLossless, JPEG2000Lossless)


def packed(syntax: str) -> bytes:
    dataset = dcmread(phantom_files()[0])
    dataset.compress(syntax, generate_instance_uid=False)
    return written(dataset)


def written(dataset: object) -> bytes:
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)  # type: ignore[attr-defined]
    return out.getvalue()


def first(data: bytes) -> np.ndarray:
    return decoded_frame(dcmread(BytesIO(data)), BytesIO(data), 1)


def garbage() -> bytes:
    dataset = dcmread(BytesIO(packed(RLELossless)))
    dataset.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    dataset.PixelData = encapsulate([b"\xff\xd8\xff\xc3 this is no picture \xff\xd9" * 9])
    return written(dataset)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_lossless_is_lossless(syntax: str) -> None:
    data, original = packed(syntax), dcmread(phantom_files()[0])
    assert np.array_equal(first(data), original.pixel_array)
    assert decode_frames(data, [1]) == [original.PixelData]
    plain = dcmread(BytesIO(as_explicit_little_endian(data)))
    assert not plain.file_meta.TransferSyntaxUID.is_compressed
    assert plain.PixelData == original.PixelData
    assert plain.SOPInstanceUID == original.SOPInstanceUID


def test_what_is_no_picture_is_said() -> None:
    with pytest.raises(UnreadableDicom):
        first(garbage())
    assert first(packed(RLELossless)).any(), "and the next frame is decoded"


def ended(process_did: Callable[[], None]) -> None:
    process_did()
    with pytest.raises(UnreadableDicom, match="decoder stopped"):
        first(packed(JPEG2000Lossless))
    assert first(packed(JPEG2000Lossless)).any(), "a new one is there for the next frame"


def test_a_crash_costs_one_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    child = decoding_apart._CHILD
    first(packed(JPEG2000Lossless))

    def crash() -> None:
        """Between the request and the answer."""
        send = decoding_apart.write_message

        def sent(*arguments: object) -> None:
            assert child._process is not None
            child._process.kill()
            child._process.wait()
            monkeypatch.setattr(decoding_apart, "write_message", send)
            send(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(decoding_apart, "write_message", sent)

    ended(crash)


def test_a_hang_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding_apart, "_LONGEST_S", 0.0)
    monkeypatch.setattr(decoding_apart, "write_message", lambda *_: None)  # it waits for ever
    began = time.monotonic()
    with pytest.raises(UnreadableDicom, match="decoder stopped"):
        first(packed(JPEG2000Lossless))
    assert time.monotonic() - began < 10


def test_many_threads_share_it() -> None:
    data = packed(JPEGLSLossless)
    want, found = first(data), []
    threads = [threading.Thread(target=lambda: found.append(first(data))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(np.array_equal(want, got) for got in found)


def test_the_file_that_ends_gdcm(shared_data: Path) -> None:
    """GDCM throws where nobody catches: std::terminate."""
    name, data = mutated(_sources(shared_data / "dicom_corpus"), 1328)
    assert name == "absurd_values"
    with pytest.raises(UnreadableDicom):
        first(data)

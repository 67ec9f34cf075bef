"""Whole files: pixels identical, other readers agree, stacks as before, damage refused."""

import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from pydicom import dcmread, examples
from pydicom.encaps import encapsulate
from pydicom.uid import (
    EncapsulatedPDFStorage,
    ExplicitVRLittleEndian,
    JPEGBaseline8Bit,
    RLELossless,
)

from cmrkit.deid import Option, Procedure, ProjectKeys, deidentify
from cmrkit.deid.burned import Flag, find_text
from cmrkit.dicomio import assemble_stacks, read_header
from cmrkit.errors import CmrkitError, UnreadableDicom, UnsupportedInput
from tests.factories.imaging import phantom_files
from tests.factories.planted import as_file, image, traces

KEYS = ProjectKeys(b"k" * 32)
USUAL = Procedure(frozenset({Option.DATES, Option.PATIENT}))


def cleaned(data: bytes) -> bytes:
    return b"".join(deidentify(BytesIO(data), USUAL, KEYS).chunks())


def sunnybrook(shared_data: Path) -> list[bytes]:
    with zipfile.ZipFile(shared_data / "sunnybrook" / "SCD0000301.zip") as archive:
        return [archive.read(n) for n in sorted(archive.namelist()) if n.endswith(".dcm")]


def described(contents: list[bytes]) -> list[tuple]:
    stacks = assemble_stacks(read_header(data) for data in contents)
    return sorted(
        (s.meta.n_slices, s.meta.n_phases, s.meta.sequence_kind, s.meta.view,
         round(s.meta.slice_spacing_mm, 3), s.meta.trigger_times_ms)
        for s in stacks
    )  # fmt: skip


def test_a_phantom_study_assembles_as_before_with_the_same_pixels(tmp_path: Path) -> None:
    sent = [path.read_bytes() for path in phantom_files()]
    out = [cleaned(data) for data in sent]
    assert described(out) == described(sent)
    for before, after in zip(sent, out, strict=True):
        assert traces(after, ("SECRET1", "Phantom^", "20260101")) == []
        assert dcmread(BytesIO(before)).PixelData == dcmread(BytesIO(after)).PixelData
    (tmp_path / "x.dcm").write_bytes(out[3])
    (tmp_path / "y.dcm").write_bytes(sent[3])
    ours, theirs = (SimpleITK.ReadImage(str(tmp_path / n)) for n in ("x.dcm", "y.dcm"))
    assert (SimpleITK.GetArrayFromImage(ours) == SimpleITK.GetArrayFromImage(theirs)).all()
    assert ours.GetSpacing() == theirs.GetSpacing()
    assert ours.GetOrigin() == theirs.GetOrigin()
    assert ours.GetDirection() == theirs.GetDirection()


def test_cleaning_twice_gives_the_same_bytes() -> None:
    data = phantom_files()[0].read_bytes()
    assert cleaned(data) == cleaned(data)


def test_a_real_study_assembles_as_before(shared_data: Path) -> None:
    sent = sunnybrook(shared_data)
    assert len(sent) > 100
    out = [cleaned(data) for data in sent]
    assert described(out) == described(sent)
    for before, after in zip(sent[::20], out[::20], strict=True):
        assert (dcmread(BytesIO(before)).pixel_array == dcmread(BytesIO(after)).pixel_array).all()


def test_the_corpus_is_refused_or_comes_out_with_its_frames(shared_data: Path) -> None:
    clean = 0
    for path in sorted((shared_data / "dicom_corpus").rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        try:
            before = read_header(data)
        except CmrkitError:
            before = None
        try:
            out = cleaned(data)
            after = read_header(out)
        except CmrkitError:
            assert before is None or before.modality != "MR", path.name
            continue
        if before is None:
            continue
        assert (after.n_frames, after.rows) == (before.n_frames, before.rows), path.name
        name = str(dcmread(BytesIO(data), stop_before_pixels=True).get("PatientName", ""))
        if len(name) > 5 and name.isascii():
            assert traces(out, (name,)) == [], path.name
        clean += 1
    assert clean > 50


def test_compressed_pixels_lose_their_comments_alone() -> None:
    pixels = b"\xff\xd8" + b"\xff\xfe\x00\x14QUILLFEATHER 1948\0" + b"\xff\xe1\x00\x0eQUILLFEATHER"
    pixels += b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\x34" * 40 + b"\xff\xd9"
    dataset = image()
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    dataset.PixelData = encapsulate([pixels + b"ZEBEDEE\0"])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    data = as_file(dataset)
    out = cleaned(data)
    assert traces(data, ("QUILLFEATHER 1948", "ZEBEDEE\0"))
    assert traces(out) == []
    (offset, length) = read_header(out).frame_ranges[0]
    (before, same) = read_header(data).frame_ranges[0]
    assert length == same
    changed = sum(a != b for a, b in zip(
        out[offset : offset + length], data[before : before + same], strict=True))  # fmt: skip
    assert changed == len("QUILLFEATHER 1948") + len("QUILLFEATHER") + len("ZEBEDEE")


def test_run_length_encoded_pixels_decode_the_same() -> None:
    dataset = image()
    dataset.compress(RLELossless, generate_instance_uid=False)
    out = dcmread(BytesIO(cleaned(as_file(dataset))))
    assert (out.pixel_array.ravel() == np.arange(64)).all()


def test_float_pixels() -> None:
    dataset = image()
    del dataset.PixelData
    dataset.FloatPixelData = np.arange(64, dtype="<f4").tobytes()
    dataset.BitsAllocated = 32
    out = dcmread(BytesIO(cleaned(as_file(dataset))))
    assert (np.frombuffer(out.FloatPixelData, "<f4") == np.arange(64)).all()


def test_memory_does_not_hold_the_pixels() -> None:
    class Counting(BytesIO):
        largest = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            self.largest = max(self.largest, len(data))
            return data

    dataset = image()
    dataset.Rows = dataset.Columns = 2048
    dataset.PixelData = bytes(2048 * 2048 * 2)
    stream = Counting(as_file(dataset))
    for chunk in deidentify(stream, USUAL, KEYS).chunks():
        assert len(chunk) <= 1 << 20
    assert stream.largest <= 1 << 20


@pytest.mark.parametrize("cut", [0, 100, 131, 140, 400, -1, -64])
def test_a_cut_file_is_refused(cut: int) -> None:
    data = as_file(image())
    with pytest.raises((UnreadableDicom, UnsupportedInput)):  # without a transfer syntax, at first
        cleaned(data[:cut])


def test_documents_and_private_classes_are_refused() -> None:
    for sop_class in (EncapsulatedPDFStorage, "1.3.12.2.1107.5.9.1", ""):
        dataset = image()
        dataset.SOPClassUID = sop_class
        with pytest.raises(UnsupportedInput, match="can't be de-identified"):
            cleaned(as_file(dataset))


def test_signs_of_burned_in_text() -> None:
    def flags(**fields: object) -> tuple[Flag, ...]:
        dataset = image()
        for keyword, value in fields.items():
            setattr(dataset, keyword, value)
        return deidentify(BytesIO(as_file(dataset)), USUAL, KEYS).flags

    assert flags() == ()
    assert flags(BurnedInAnnotation="YES") == (Flag.SAYS_SO,)
    assert flags(BurnedInAnnotation="NO") == ()
    assert flags(SOPClassUID="1.2.840.10008.5.1.4.1.1.7") == (Flag.CAPTURE,)
    assert flags(ConversionType="WSD") == (Flag.CAPTURE,)
    assert flags(ImageType=["DERIVED", "SECONDARY", "SCREEN SAVE"]) == (Flag.SCREEN,)


def with_text(frame: np.ndarray, text: str, size: int, corner: int) -> np.ndarray:
    """The frame with text in a corner, as bright as its brightest pixel."""
    from PIL import Image, ImageDraw, ImageFont

    height, width = frame.shape
    layer = Image.new("L", (width, height))
    draw, font = ImageDraw.Draw(layer), ImageFont.load_default(size)
    x = 4 if corner % 2 else width - int(draw.textlength(text, font=font)) - 4
    y = 3 if corner < 2 else height - size - 5
    draw.text((x, y), text, fill=255, font=font)
    ink = np.asarray(layer) / 255
    return frame * (1 - ink) + ink * frame.max()


TEXTS = ("SMITH JOHN", "Okonjo A 1948", "MRN 7733911", "Ravensworth")


def test_text_in_the_corners_of_real_frames_is_found_and_nothing_else(shared_data: Path) -> None:
    sent = sunnybrook(shared_data)[::9]
    frames = [dcmread(BytesIO(data)).pixel_array.astype(float) for data in sent]
    assert len(frames) > 12
    assert [find_text(frame) for frame in frames] == [None] * len(frames)
    found = [
        find_text(with_text(frame, TEXTS[k % 4], size, k % 4)) is not None
        for k, frame in enumerate(frames)
        for size in (12, 16, 20)
    ]
    assert np.mean(found) >= 0.95


def test_a_line_of_text_is_told_by_its_place() -> None:
    frame = np.random.default_rng(1).normal(100, 8, (256, 256))
    frame[128, 128] = 400
    assert find_text(frame) is None
    line = find_text(with_text(frame, "SMITH JOHN", 16, 1))
    assert line is not None
    assert line.top < 24
    assert line.letters >= 4
    assert find_text(np.zeros((256, 256))) is None
    assert find_text(np.zeros((8, 8))) is None


def test_explicit_is_what_it_stays() -> None:
    sent = Path(examples.get_path("mr")).read_bytes()
    out = dcmread(BytesIO(cleaned(sent)))
    assert out.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert (out.pixel_array == dcmread(BytesIO(sent)).pixel_array).all()

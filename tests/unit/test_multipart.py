"""multipart/related read piece by piece, however the pieces fall."""

import random

import pytest

from portal.core.multipart import MultipartReader, boundary_of


class Cut(Exception):
    pass


class Headless(Exception):
    pass


def body(*parts: bytes, end: bytes = b"--x--\r\n") -> bytes:
    head = b"--x\r\nContent-Type: application/dicom\r\n\r\n"
    return b"".join(head + part + b"\r\n" for part in parts) + end


def read(data: bytes, size: int) -> list[bytes]:
    pieces = iter([data[k : k + size] for k in range(0, len(data), size)])
    reader = MultipartReader(pieces, b"x", cut=Cut, headless=Headless)
    return [b"".join(part) for part in reader.parts()]


PARTS = [b"one", b"", b"two\r\n--not a boundary\r\n", b"\r\n--", random.Random(1).randbytes(3000)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 100_000])
def test_parts_come_whole_however_the_pieces_fall(size: int) -> None:
    assert read(body(*PARTS), size) == PARTS


def test_what_stands_before_the_first_boundary_is_nobodys() -> None:
    assert read(b"preamble\r\n" + body(b"one"), 5) == [b"one"]


def test_what_a_caller_leaves_of_a_part_is_passed_over() -> None:
    reader = MultipartReader(iter([body(b"a" * 500, b"b")]), b"x", cut=Cut, headless=Headless)
    parts = reader.parts()
    next(parts)
    assert b"".join(next(parts)) == b"b"


@pytest.mark.parametrize("size", [1, 50])
@pytest.mark.parametrize("left", [0, 10, 45, 60, -8])
def test_a_cut_body_is_named(size: int, left: int) -> None:
    whole = body(b"one", b"two")
    with pytest.raises(Cut):
        read(whole[:left] if left >= 0 else whole[: left - 1], size)


def test_a_header_without_an_end_is_named() -> None:
    with pytest.raises(Headless):
        read(b"--x\r\n" + b"a" * 100_000, 1000)


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ('multipart/related; type="application/dicom"; boundary=abc', b"abc"),
        ('Multipart/Related; Boundary="a-b"', b"a-b"),
        ("multipart/related", None),
        ("multipart/form-data; boundary=abc", None),
        ("", None),
    ],
)
def test_the_boundary_is_in_the_content_type(content_type: str, boundary: bytes | None) -> None:
    assert boundary_of(content_type) == boundary

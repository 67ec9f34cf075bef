"""The printed page: safe text, one page, the same bytes."""

import io
import re
import zlib
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image

from portal.reporting.drawing import SIDE, key_image
from portal.reporting.page import BANNER, Line, Page, Picture, draw_page
from portal.reporting.text import printable
from portal.reporting.wording import how_read
from tests.factories.reading import circle

RLO = "\u202e"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("C-001", "C-001"),
        ("<b>bold</b> & <script>", "<b>bold</b> & <script>"),
        (f"safe{RLO}evil", "safeevil"),
        ("a\u200bb\u2066c\u061cd", "abcd"),
        ("two\r\nlines\there", "two lines here"),
        ("nul\x00 and \x1b[31m", "nul and [31m"),
        ("Jürgen Żak", "Jürgen Zak"),
        ("心 heart", "? heart"),
        (None, "None"),
    ],
)
def test_text_is_made_printable(value: object, expected: str) -> None:
    assert printable(value) == expected


def test_a_long_text_is_cut_and_says_so() -> None:
    cut = printable("x" * 65536, 80)
    assert len(cut) == 80
    assert cut.endswith("...")
    assert printable("y" * 80, 80) == "y" * 80


def page(**changes: object) -> Page:
    fields: dict[str, object] = {
        "project": "Trial",
        "case": "C-001",
        "signed_by": "Juno",
        "signed_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "meaning": "I settled this case",
        "digest": "a" * 64,
        "audit_head": "b" * 64,
        "left_numbers": [Line("EDV", "120.5 ml")],
        "answers": [Line("Class", "Normal")],
    }
    return Page(**{**fields, **changes})  # type: ignore[arg-type]


def text_of(pdf: bytes) -> str:
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    found = []
    for stream in streams:
        try:
            found.append(zlib.decompress(stream).decode("latin-1"))
        except zlib.error:
            continue
    return "\n".join(found)


@pytest.mark.parametrize(
    ("count", "with_ai", "blinded", "settled", "expected"),
    [
        (
            2,
            False,
            True,
            True,
            "Two readings, readers blind to each other, settled by an adjudicator",
        ),
        (1, False, True, False, "One reading; confirmed"),
        (1, False, True, True, "One reading, settled by an adjudicator"),
        (
            3,
            False,
            False,
            False,
            "Three readings, readers not blind to each other, within the protocol's bands; confirmed",
        ),
        (
            3,
            True,
            True,
            True,
            "Three readings, one of them the AI's, readers blind to each other, "
            "settled by an adjudicator",
        ),
        (
            2,
            True,
            True,
            False,
            "Two readings, one of them the AI's, within the protocol's bands; confirmed",
        ),
    ],
)
def test_the_page_says_how_the_case_was_read(
    count: int, with_ai: bool, blinded: bool, settled: bool, expected: str
) -> None:
    said = how_read(count, with_ai=with_ai, blinded=blinded, settled=settled)
    assert said == printable(said, 120) == expected


def test_the_page_says_what_was_signed_and_that_it_is_research() -> None:
    pdf = draw_page(page())
    text = text_of(pdf)
    for piece in (BANNER, "C-001", "120.5 ml", "Normal", "Juno", "2026-01-02 03:04:05", "a" * 64):
        assert piece in text
    assert pdf.count(b"/Type /Page\n") == 1
    assert draw_page(page()) == pdf


def test_hostile_text_stays_text_on_one_page() -> None:
    hostile = f"<script>alert(1)</script>{RLO}" + "A" * 65536
    pdf = draw_page(
        page(
            case=hostile,
            project=hostile,
            meaning=hostile,
            signed_by=hostile,
            answers=[Line(hostile, hostile)] * 4,
            method=[hostile] * 3,
        )
    )
    assert pdf.count(b"/Type /Page\n") == 1
    assert "<script>alert" in text_of(pdf)
    assert b"/JS" not in pdf
    assert len(pdf) < 20_000


def test_the_key_image_shows_pixels_and_contours() -> None:
    pixels = np.zeros((64, 64), dtype=np.int16)
    pixels[20:44, 28:52] = 500
    contours = [{"structure": "lv_endo", "parts": [circle(40, 32, 8)]}]
    png = key_image(pixels, contours, {"lv_endo": "#ff0000"}, rows=64, columns=64)
    image = np.asarray(Image.open(io.BytesIO(png)))
    assert image.shape == (SIDE, SIDE, 3)
    assert (image[SIDE // 2, SIDE // 2] > 200).all()  # the middle of the bright square
    red = (image[..., 0] > 200) & (image[..., 1] < 80)
    radius = np.hypot(*(np.argwhere(red) - SIDE / 2 + 0.5).T)
    # drawn where the contour is: 8 px of a window of 16 * 1.6 px
    assert np.median(radius) == pytest.approx(8 / 25.6 * SIDE, rel=0.03)


def test_without_pixels_the_contours_stand_alone() -> None:
    contours = [{"structure": "lv_endo", "parts": [circle(40, 32, 8)]}]
    png = key_image(None, contours, {}, rows=64, columns=64)
    assert np.asarray(Image.open(io.BytesIO(png))).max() == 255
    pdf = draw_page(page(pictures=[Picture(png, "End-diastole")]))
    assert b"/Subtype /Image" in pdf

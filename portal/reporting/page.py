"""Laying out the one page. Knows words and pictures, no database."""

from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from portal.reporting.text import printable

BANNER = "Research use only. Not for diagnosis or treatment."
LEFT, WIDTH = 15.0, 180.0  # mm of an A4 page
IMAGE_MM = 86.0
MAX_LINES = 8  # findings; the page is one page
INK, QUIET, RULE = (20, 24, 31), (96, 104, 117), (205, 210, 218)
BANNER_BACKGROUND = (255, 240, 214)


@dataclass(frozen=True)
class Picture:
    """A PNG with what it shows."""

    png: bytes
    caption: str


@dataclass(frozen=True)
class Line:
    name: str
    value: str


@dataclass(frozen=True)
class Page:
    """Everything on the page; texts are made printable here and nowhere else."""

    project: str
    case: str
    signed_by: str
    signed_at: datetime
    meaning: str
    digest: str
    audit_head: str
    answers: list[Line] = field(default_factory=list)
    left_numbers: list[Line] = field(default_factory=list)
    right_numbers: list[Line] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    method: list[str] = field(default_factory=list)


def draw_page(page: Page) -> bytes:
    """One A4 page; the same content gives the same bytes."""
    pdf = FPDF(format="A4")
    pdf.set_creation_date(page.signed_at)
    pdf.set_title(f"Reference standard {printable(page.case, 40)}")
    pdf.set_creator("Accord")
    pdf.set_auto_page_break(auto=False)
    pdf.set_margins(LEFT, 12, LEFT)
    pdf.add_page()
    _banner(pdf)
    _heading(pdf, page)
    _lines(pdf, "Findings", _capped(page.answers), LEFT, WIDTH)
    y = pdf.get_y() + 2
    _lines(pdf, "Left ventricle", page.left_numbers, LEFT, WIDTH / 2 - 4, top=y)
    bottom = pdf.get_y()
    _lines(pdf, "Right ventricle", page.right_numbers, LEFT + WIDTH / 2 + 4, WIDTH / 2 - 4, top=y)
    pdf.set_y(max(bottom, pdf.get_y()) + 4)
    _pictures(pdf, page.pictures)
    _small(pdf, page.method)
    _signature(pdf, page)
    return bytes(pdf.output())


def _capped(lines: list[Line]) -> list[Line]:
    """What fits; the rest is in the record, and the page says so."""
    if len(lines) <= MAX_LINES:
        return lines
    rest = len(lines) - MAX_LINES + 1
    return [*lines[: MAX_LINES - 1], Line(f"and {rest} more", "in the signed record")]


def _banner(pdf: FPDF) -> None:
    pdf.set_fill_color(*BANNER_BACKGROUND)
    pdf.set_text_color(*INK)
    pdf.set_font("Helvetica", "B", 9)
    pdf.cell(WIDTH, 7, BANNER, align="C", fill=True, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(4)


def _heading(pdf: FPDF, page: Page) -> None:
    pdf.set_font("Helvetica", "B", 18)
    pdf.cell(WIDTH, 9, printable(page.case, 44), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_font("Helvetica", "", 10)
    pdf.set_text_color(*QUIET)
    line = f"Reference standard  |  {printable(page.project, 80)}"
    pdf.cell(WIDTH, 6, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(3)


def _lines(
    pdf: FPDF, title: str, lines: list[Line], left: float, width: float, top: float | None = None
) -> None:
    if not lines:
        return
    if top is not None:
        pdf.set_y(top)
    pdf.set_x(left)
    pdf.set_text_color(*QUIET)
    pdf.set_font("Helvetica", "B", 8)
    pdf.cell(width, 6, title.upper(), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_draw_color(*RULE)
    for line in lines:
        y = pdf.get_y()
        pdf.line(left, y, left + width, y)
        pdf.set_x(left)
        pdf.set_text_color(*INK)
        pdf.set_font("Helvetica", "", 10)
        pdf.cell(width * 0.45, 6.4, printable(line.name, 44))
        pdf.set_font("Helvetica", "B", 10)
        pdf.cell(
            width * 0.55,
            6.4,
            printable(line.value, int(width * 0.3)),
            align="R",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )


def _pictures(pdf: FPDF, pictures: list[Picture]) -> None:
    y = pdf.get_y()
    for index, picture in enumerate(pictures):
        x = LEFT + index * (IMAGE_MM + 8)
        pdf.image(BytesIO(picture.png), x=x, y=y, w=IMAGE_MM, h=IMAGE_MM)
        pdf.set_xy(x, y + IMAGE_MM + 1)
        pdf.set_font("Helvetica", "", 8)
        pdf.set_text_color(*QUIET)
        pdf.cell(IMAGE_MM, 4, printable(picture.caption, 48))
    if pictures:
        pdf.set_y(y + IMAGE_MM + 7)


def _small(pdf: FPDF, lines: list[str]) -> None:
    pdf.set_font("Helvetica", "", 8)
    pdf.set_text_color(*QUIET)
    for line in lines:
        pdf.cell(WIDTH, 4.4, printable(line, 120), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _signature(pdf: FPDF, page: Page) -> None:
    pdf.set_y(max(pdf.get_y() + 4, 244))
    pdf.set_draw_color(*INK)
    pdf.line(LEFT, pdf.get_y(), LEFT + WIDTH, pdf.get_y())
    pdf.ln(2)
    pdf.set_text_color(*INK)
    pdf.set_font("Helvetica", "B", 11)
    signed = f"Signed by {printable(page.signed_by, 60)}"
    pdf.cell(WIDTH, 6, signed, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_font("Helvetica", "", 9)
    at = page.signed_at.strftime("%Y-%m-%d %H:%M:%S UTC")
    meaning = f"{at}  |  {printable(page.meaning, 90)}"
    pdf.cell(WIDTH, 5, meaning, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_font("Courier", "", 7.5)
    pdf.set_text_color(*QUIET)
    for name, value in (("content", page.digest), ("audit", page.audit_head)):
        text = f"{name:8}sha256 {printable(value, 64)}"
        pdf.cell(WIDTH, 4, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

"""The one-page summary of a signed reference: everything on it comes from what was signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from numpy.typing import NDArray

from portal.adjudication.models import AdjudicationKind, ReferenceStandard
from portal.adjudication.selectors import source_reads
from portal.imaging.models import Stack
from portal.imaging.selectors import frame_pixels
from portal.protocols.models import ProtocolVersion
from portal.protocols.schema import Rules, answer_text
from portal.protocols.selectors import rules_of
from portal.reads.models import Read, ReadPurpose
from portal.reporting.drawing import key_image
from portal.reporting.models import Report
from portal.reporting.page import Line, Page, Picture, draw_page
from portal.reporting.wording import how_read
from portal.storage.files import read_bytes
from portal.storage.services import put_bytes

LEFT = (
    ("EDV", "edv_ml", "ml"),
    ("ESV", "esv_ml", "ml"),
    ("SV", "sv_ml", "ml"),
    ("EF", "ef_percent", "%"),
    ("Mass", "mass_g", "g"),
)
RIGHT = (
    ("EDV", "rv_edv_ml", "ml"),
    ("ESV", "rv_esv_ml", "ml"),
    ("SV", "rv_sv_ml", "ml"),
    ("EF", "rv_ef_percent", "%"),
)


@dataclass(frozen=True)
class KeyFrame:
    """One frame of the page; ``around`` are the contours that set the square shown."""

    caption: str
    pixels: NDArray[Any] | None
    labels: list[dict[str, Any]]
    around: list[dict[str, Any]]


def report_pdf(reference: ReferenceStandard) -> bytes:
    """The page as PDF, kept as it was made first. One whose images couldn't be read is given out
    and not kept."""
    kept = Report.objects.filter(reference=reference).select_related("pdf").first()
    if kept is not None:
        return read_bytes(kept.pdf_id)
    stack = Stack.objects.get(pk=reference.content["stack"]["id"])
    frames = _key_frames(stack, reference.content)
    pdf = make_pdf(reference, stack, frames)
    if all(frame.pixels is not None for frame in frames):
        _keep(reference, pdf)
    return pdf


def _keep(reference: ReferenceStandard, pdf: bytes) -> None:
    try:
        with transaction.atomic():
            Report.objects.create(reference=reference, pdf=put_bytes(pdf))
    except IntegrityError:
        return  # somebody else has just kept the same page


def make_pdf(reference: ReferenceStandard, stack: Stack, frames: list[KeyFrame]) -> bytes:
    """The same reference and frames give the same bytes."""
    content = reference.content
    version = ProtocolVersion.objects.select_related("protocol").get(
        protocol_id=content["protocol"]["id"], number=content["protocol"]["version"]
    )
    rules = rules_of(version)
    signature = reference.signature
    return draw_page(
        Page(
            project=reference.case.project.name,
            case=reference.case.label,
            signed_by=signature.signer.display_name,
            signed_at=signature.created_at,
            meaning=signature.meaning,
            digest=reference.digest,
            audit_head=signature.audit_head,
            answers=_answers(rules, content["answers"]),
            left_numbers=_numbers(content["measurements"], LEFT),
            right_numbers=_numbers(content["measurements"], RIGHT),
            pictures=[_picture(stack, rules, frame) for frame in frames],
            method=_method(version, stack, content, source_reads(reference.adjudication).values()),
        )
    )


def _answers(rules: Rules, answers: dict[str, Any]) -> list[Line]:
    lines = []
    for question in rules.questions:
        value = answers.get(question["code"])
        if value is not None:
            lines.append(Line(question["title"], answer_text(question, value)))
    return lines


def _numbers(
    function: dict[str, Any] | None, names: tuple[tuple[str, str, str], ...]
) -> list[Line]:
    """Numbers that could be computed; a spacing that was assumed marks every one of them."""
    if function is None:
        return []
    mark = " (spacing assumed)" if function["spacing_assumed"] else ""
    return [
        Line(title, f"{function[name]:.{0 if unit == 'g' else 1}f} {unit}{mark}")
        for title, name, unit in names
        if function[name] is not None
    ]


def _key_frames(stack: Stack, content: dict[str, Any]) -> list[KeyFrame]:
    """The middle slice with LV contours at ED, and the same slice at ES."""
    slices = sorted(
        {
            row["slice"]
            for row in content["labels"]
            if row["structure"] == "lv_endo" and row["phase"] == content["ed_phase"]
        }
    )
    if not slices:
        return []
    middle = slices[len(slices) // 2]
    on_slice = [row for row in content["labels"] if row["slice"] == middle]
    return [
        KeyFrame(
            caption=f"{title}: slice {middle + 1} of {stack.n_slices}, phase {phase + 1}",
            pixels=frame_pixels(stack, middle, phase),
            labels=[row for row in on_slice if row["phase"] == phase],
            around=on_slice,
        )
        for title, phase in (
            ("End-diastole", content["ed_phase"]),
            ("End-systole", content["es_phase"]),
        )
    ]


def _picture(stack: Stack, rules: Rules, frame: KeyFrame) -> Picture:
    png = key_image(
        frame.pixels,
        frame.labels,
        {row["code"]: row["color"] for row in rules.data["structures"]},
        rows=stack.meta["rows"],
        columns=stack.meta["columns"],
        around=frame.around,
    )
    return Picture(png, frame.caption)


def _method(
    version: ProtocolVersion, stack: Stack, content: dict[str, Any], reads: Iterable[Read]
) -> list[str]:
    """How the numbers came about, in words."""
    lines = [f"Protocol {version.protocol.name}, version {version.number}."]
    function = content["measurements"]
    if function is not None:
        where = "cavity" if function["convention"]["papillary"] == "cavity" else "mass"
        lines.append(
            f"Summation of slices, {stack.n_slices} slices, "
            f"{stack.meta['slice_spacing_mm']:.1f} mm apart; papillary muscles counted as {where}; "
            f"code {function['code_version']}."
        )
    lines.append(
        how_read(
            len(content["readings"]),
            with_ai=any(read.purpose == ReadPurpose.DRAFT for read in reads),
            blinded=version.blinded,
            settled=content["adjudication"]["kind"] == AdjudicationKind.DISAGREEMENT,
        )
    )
    return lines

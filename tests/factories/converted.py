"""A converted study as the files that would be stored, and as the stack they make."""

from io import BytesIO
from typing import Any

from cmrkit.convert import ConvertedStudy
from cmrkit.dicomio import AssembledStack, assemble_stacks, load_pixels, read_header


def written(study: ConvertedStudy) -> list[bytes]:
    out = []
    for dataset in study.datasets():
        buffer = BytesIO()
        dataset.save_as(buffer, enforce_file_format=True)
        out.append(buffer.getvalue())
    return out


def stack_of(files: list[bytes]) -> tuple[AssembledStack, Any]:
    headers = [read_header(data) for data in files]
    (stack,) = assemble_stacks(headers)
    by_uid = {h.sop_instance_uid: data for h, data in zip(headers, files, strict=True)}
    return stack, load_pixels(stack.meta, by_uid.__getitem__)

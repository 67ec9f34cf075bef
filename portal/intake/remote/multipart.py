"""The one part of a WADO-RS answer, piece by piece: a file of any size needs no memory."""

from collections.abc import Iterable, Iterator

from portal.core.multipart import MultipartReader, boundary_of
from portal.intake.errors import RemoteUnfit


def first_part(content_type: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The content of the first part. Raises RemoteUnfit for another media type, a missing end or a
    second part: what was yielded before must then not be kept."""
    if content_type.split(";")[0].strip().lower() == "application/dicom":
        # not what PS3.18 says, and what some archives send for one instance
        yield from pieces
        return
    boundary = boundary_of(content_type)
    if boundary is None:
        raise RemoteUnfit("The archive sent something else than a DICOM file.")
    parts = MultipartReader(
        iter(pieces),
        boundary,
        cut=lambda: RemoteUnfit("The archive's answer was cut before its end."),
        headless=lambda: RemoteUnfit("The archive's answer has no DICOM part."),
    ).parts()
    first = next(parts, None)
    if first is None:
        raise RemoteUnfit("The archive's answer has no DICOM part.")
    yield from first
    if next(parts, None) is not None:
        raise RemoteUnfit("The archive sent more or less than the one file that was asked for.")

"""What an annotation says, apart from how it is stored: frames, parts, hashes. Pure."""

from typing import Any, NamedTuple

from portal.core.hashing import digest

GENESIS = "0" * 64
Parts = list[list[list[float]]]
MAX_PARTS = 16  # of a contour
MAX_POINTS = 2000  # of a part


class FrameKey(NamedTuple):
    """One frame of one stored instance; ``frame_number`` counts from 1."""

    sop_instance_uid: str
    frame_number: int


class ContourKey(NamedTuple):
    """The unit of saving inside a read."""

    structure: str
    sop_instance_uid: str
    frame_number: int

    @property
    def frame(self) -> FrameKey:
        return FrameKey(self.sop_instance_uid, self.frame_number)


def frame_positions(addresses: list[list[Any]]) -> dict[FrameKey, tuple[int, int]]:
    """Frame to (slice, phase), from ``Stack.addresses``; holes have no entry."""
    return {
        FrameKey(address[1], int(address[2])): (slice_index, phase_index)
        for slice_index, row in enumerate(addresses)
        for phase_index, address in enumerate(row)
        if address is not None
    }


def revision_hash(
    *,
    annotation_id: str,
    version: int,
    parts: Parts,
    origin: str,
    state: str,
    model_label: str,
    author_id: str,
    op_id: str,
    prev_hash: str,
) -> str:
    """The hash of a revision; covers its content, author and the revision before."""
    return digest(
        [annotation_id, version, parts, origin, state, model_label, author_id, op_id, prev_hash]
    )


def shape_problem(parts: Parts) -> str:
    """Why these parts are no contour that is kept, as a code; empty where they are."""
    if len(parts) > MAX_PARTS:
        return "too_many_parts"
    if any(len(part) > MAX_POINTS for part in parts):
        return "too_many_points"
    return "too_few_points" if any(len(part) < 3 for part in parts) else ""


def within(parts: Parts, *, rows: int, columns: int) -> bool:
    """Whether all points lie on the image or at most one pixel outside."""
    return all(-1.0 <= x <= columns and -1.0 <= y <= rows for part in parts for x, y in part)

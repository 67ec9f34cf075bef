"""What imaging's rows say about bytes, for ``check_integrity``."""

from collections.abc import Iterable, Iterator
from typing import Any

from portal.imaging.models import Instance, Stack
from portal.storage.integrity import Finding

_AT_ONCE = 500


def check_instances() -> Iterator[Finding]:
    """Frames must lie inside their file, and be as many as the row says."""
    rows = Instance.objects.values_list("pk", "n_frames", "frame_ranges", "blob__size")
    for pk, n_frames, ranges, size in rows.iterator(_AT_ONCE):
        if len(ranges) != n_frames:
            yield Finding("frame_count", str(pk), f"{len(ranges)} ranges for {n_frames} frames.")
        elif any(_outside(one, size) for one in ranges):
            yield Finding("frame_outside", str(pk), "A frame lies outside of its file.")


def _outside(one: list[int], size: int) -> bool:
    """Of a frame in several fragments: offset and length of each in turn."""
    return any(a < 0 or b < 0 or a + b > size for a, b in zip(one[::2], one[1::2], strict=True))


def check_stacks() -> Iterator[Finding]:
    """A stack may name instances of its own study alone."""
    rows = Stack.objects.values_list("pk", "study_id", "addresses").order_by("study_id")
    study, known = None, frozenset[tuple[str, int]]()
    for pk, study_id, addresses in rows.iterator(50):
        if study_id != study:
            study, known = study_id, frozenset(_frames_of(study_id))
        missing = {a for a in _named(addresses) if a not in known}
        if missing:
            yield Finding("stack_frame_missing", str(pk), f"{len(missing)} frames are not stored.")


def _frames_of(study_id: Any) -> Iterable[tuple[str, int]]:
    rows = Instance.objects.filter(series__study_id=study_id)
    for uid, n_frames in rows.values_list("sop_instance_uid", "n_frames").iterator(_AT_ONCE):
        yield from ((uid, number) for number in range(1, n_frames + 1))


def _named(addresses: list[list[Any]]) -> Iterator[tuple[str, int]]:
    return ((a[1], int(a[2])) for row in addresses for a in row if a)

"""All frames of a stack as one stream, made on first use and kept beside the data.

The kept files are a cache: any of them, or the whole folder, may be deleted at any time.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from cmrkit.dicomio import stackstream
from cmrkit.dicomio.decoding import decode_frames
from cmrkit.dicomio.rescale import rescale_of
from cmrkit.dicomio.stackstream import StackIndex
from portal.imaging.errors import StackNotOffered
from portal.imaging.models import Instance, Stack
from portal.storage import files
from portal.storage.ranges import read_ranges

CACHE_BYTES = 8 << 30
PIECE = 1 << 20
_PLAIN = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1")
_DTYPES = {(8, 0): "uint8", (16, 0): "uint16", (16, 1): "int16"}
Held = dict[str, dict[str, Any]]  # by SOPInstanceUID
_COLUMNS = (
    "sop_instance_uid", "blob_id", "transfer_syntax_uid", "frame_ranges", "rows", "columns",
    "metadata",
)  # fmt: skip


def stream_tag(stack: Stack) -> str:
    """Names the stream's content: the stack's version and the bytes of its files."""
    hashes = Instance.objects.filter(
        series__study_id=stack.study_id, sop_instance_uid__in=_uids(stack)
    ).order_by("sop_instance_uid")
    named = "".join(hashes.values_list("blob_id", flat=True)) + stack.content_hash
    return hashlib.sha256(f"{stackstream.CODEC} {named}".encode()).hexdigest()[:32]


def stack_stream(stack: Stack, tag: str) -> Iterator[bytes]:
    """The stream in pieces. What can be refused is refused before the first piece: raises
    StackNotOffered where frames differ in size or type, or are no grey values."""
    path = _folder() / f"{stack.pk}-{tag}"
    try:
        kept = path.open("rb")
    except FileNotFoundError:
        held = _held(stack)
        return _made(path, _index(stack, held), stack, held)
    path.touch()
    return _pieces(kept)


def forget_streams(stack_id: UUID) -> None:
    """The stack goes; so does what was made of it."""
    for path in _folder().glob(f"{stack_id}-*"):
        path.unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(settings.ACCORD_DATA_DIR) / "cache" / "stacks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _pieces(kept: Any) -> Iterator[bytes]:
    with kept:
        while piece := kept.read(PIECE):
            yield piece


def _made(path: Path, index: StackIndex, stack: Stack, held: Held) -> Iterator[bytes]:
    """Sent as it is made; kept once it is whole."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".new")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            head = stackstream.head(index)
            out.write(head)
            yield head
            for s, p in index.order:
                frame = stackstream.packed_frame(_pixels(stack.addresses[s][p], held, index))
                out.write(frame)
                yield frame
        draft.replace(path)
        _make_room(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _make_room(folder: Path) -> None:
    """The longest unused go first."""
    entries = [(e.stat(), e.path) for e in os.scandir(folder) if e.is_file()]
    size = sum(stat.st_size for stat, _ in entries)
    for stat, path in sorted(entries, key=lambda entry: entry[0].st_mtime):
        if size <= CACHE_BYTES:
            return
        Path(path).unlink(missing_ok=True)
        size -= stat.st_size


# ---- frames


def _uids(stack: Stack) -> set[str]:
    return {a[1] for row in stack.addresses for a in row if a}


def _held(stack: Stack) -> Held:
    rows = Instance.objects.filter(
        series__study_id=stack.study_id, sop_instance_uid__in=_uids(stack)
    )
    found = {row["sop_instance_uid"]: row for row in rows.values(*_COLUMNS)}
    if set(found) != _uids(stack):
        raise StackNotOffered()
    return found


def _index(stack: Stack, held: Held) -> StackIndex:
    order = tuple(
        (s, p)
        for s in stackstream.display_order(stack.n_slices)
        for p in range(stack.n_phases)
        if stack.addresses[s][p]
    )
    kinds = {(_dtype(row), row["rows"], row["columns"]) for row in held.values()}
    if len(kinds) != 1:
        raise StackNotOffered()
    ((dtype, rows, columns),) = kinds
    return StackIndex(
        rows=rows,
        columns=columns,
        n_slices=stack.n_slices,
        n_phases=stack.n_phases,
        dtype=dtype,
        order=order,
        rescale=tuple(
            rescale_of(held[address[1]]["metadata"], int(address[2]))
            for address in (stack.addresses[s][p] for s, p in order)
        ),
    )


def _dtype(row: dict[str, Any]) -> str:
    bits, sign = _whole(row, "00280100", 0), _whole(row, "00280103", 0)
    found = _DTYPES.get((bits, sign))
    if found is None or _whole(row, "00280002", 1) != 1:
        raise StackNotOffered()
    return found


def _whole(row: dict[str, Any], tag: str, default: int) -> int:
    values = row["metadata"].get(tag, {}).get("Value") or [default]
    return int(values[0])


def _pixels(address: list[Any], held: Held, index: StackIndex) -> NDArray[Any]:
    row, number = held[address[1]], int(address[2])
    if row["transfer_syntax_uid"] in _PLAIN:
        offset, length = row["frame_ranges"][number - 1][:2]
        data = read_ranges(row["blob_id"], (offset, length))
    else:
        (data,) = decode_frames(files.read_bytes(row["blob_id"]), [number])
    dtype = np.dtype(index.dtype).newbyteorder("<")
    return np.frombuffer(data, dtype=dtype).reshape(index.rows, index.columns)

"""Whether two files hold one object: what a scanner pushed and what an archive keeps of it differ
in their heads, and in how lengths are written, though not in what they say."""

from io import BytesIO

from pydicom import dcmread
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from portal.storage.files import Draft, read_bytes

_LARGEST = 256 * 2**20  # bytes: both are held in memory
_PLAIN = {ExplicitVRLittleEndian, ImplicitVRLittleEndian}


def same_object(draft: Draft, stored_sha256: str) -> bool:
    """Every element equal, pixels included; the file's own head (group 2) is not compared. False
    where it can't be told."""
    if draft.size > _LARGEST:
        return False
    try:
        one, other = dcmread(draft.opened()), dcmread(BytesIO(read_bytes(stored_sha256)))
        syntaxes = {f.file_meta.TransferSyntaxUID for f in (one, other)}
        return (len(syntaxes) == 1 or syntaxes <= _PLAIN) and bool(one == other)
    except Exception:  # noqa: BLE001 - bytes that are missing, or whatever the parser raises
        return False

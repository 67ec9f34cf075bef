from portal.reads.models.read import Read, ReadPurpose, ReadState
from portal.reads.models.reader import Reader, ReaderKind

__all__ = ["Read", "ReadPurpose", "ReadState", "Reader", "ReaderKind"]

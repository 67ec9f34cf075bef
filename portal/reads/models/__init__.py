from portal.reads.models.first_opinion import FirstOpinion
from portal.reads.models.planning import (
    AssignmentPlan,
    CaseStratum,
    ConflictOfInterest,
    ReadingPause,
)
from portal.reads.models.read import (
    READ_BY_READERS,
    Read,
    ReadPurpose,
    ReadState,
    alias_of,
)
from portal.reads.models.reader import Reader, ReaderKind
from portal.reads.models.training import Admission, TrainingCase, TrainingResult

__all__ = [
    "READ_BY_READERS",
    "Admission",
    "AssignmentPlan",
    "CaseStratum",
    "ConflictOfInterest",
    "FirstOpinion",
    "Read",
    "ReadPurpose",
    "ReadState",
    "Reader",
    "ReaderKind",
    "ReadingPause",
    "TrainingCase",
    "TrainingResult",
    "alias_of",
]

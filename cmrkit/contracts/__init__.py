"""The messages that the portal and its workers exchange. The one place both sides import."""

from cmrkit.contracts.envelope import (
    CONTRACT_VERSION,
    PORTAL_WORK,
    Envelope,
    InputRef,
    JobKind,
    ModelRef,
    Split,
)
from cmrkit.contracts.exporting import BRINGS, NEEDS_INSTANCES, ExportFormat, complete
from cmrkit.contracts.kinds import Component, Condition, SequenceKind, TimeAxis, View
from cmrkit.contracts.labels import (
    EnhancementCode,
    FrameLabels,
    LandmarkCode,
    LongAxisCode,
    StackLabels,
    StructureCode,
)
from cmrkit.contracts.queues import QUEUE_OF, JobQueue, Priority
from cmrkit.contracts.stack import FrameRef, StackMeta

__all__ = [
    "BRINGS",
    "CONTRACT_VERSION",
    "NEEDS_INSTANCES",
    "PORTAL_WORK",
    "QUEUE_OF",
    "Component",
    "Condition",
    "EnhancementCode",
    "Envelope",
    "ExportFormat",
    "FrameLabels",
    "FrameRef",
    "InputRef",
    "JobKind",
    "JobQueue",
    "LandmarkCode",
    "LongAxisCode",
    "ModelRef",
    "Priority",
    "SequenceKind",
    "Split",
    "StackLabels",
    "StackMeta",
    "StructureCode",
    "TimeAxis",
    "View",
    "complete",
]

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
from cmrkit.contracts.kinds import Component, Condition, SequenceKind, TimeAxis, View
from cmrkit.contracts.labels import FrameLabels, StackLabels, StructureCode
from cmrkit.contracts.stack import FrameRef, StackMeta

__all__ = [
    "CONTRACT_VERSION",
    "PORTAL_WORK",
    "Component",
    "Condition",
    "Envelope",
    "FrameLabels",
    "FrameRef",
    "InputRef",
    "JobKind",
    "ModelRef",
    "SequenceKind",
    "Split",
    "StackLabels",
    "StackMeta",
    "StructureCode",
    "TimeAxis",
    "View",
]

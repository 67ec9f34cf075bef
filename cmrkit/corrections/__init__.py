"""How far a reader moved a draft."""

from cmrkit.corrections.frames import FrameChange, Kind, change_of_frame, edges_added_mm
from cmrkit.corrections.summing import Correction, sum_up

CODE_VERSION = "corrections-1"

__all__ = [
    "CODE_VERSION",
    "Correction",
    "FrameChange",
    "Kind",
    "change_of_frame",
    "edges_added_mm",
    "sum_up",
]

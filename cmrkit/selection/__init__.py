"""Which cases to label next, out of what a model makes of those that nobody labelled yet."""

from cmrkit.selection.candidate import Candidate
from cmrkit.selection.disagreement import disagreement
from cmrkit.selection.diversity import distances_to, k_centre, standardised
from cmrkit.selection.need import need_by_stratum
from cmrkit.selection.saved import Saved, labels_saved
from cmrkit.selection.strategies import (
    DEFAULT_WEIGHTS,
    REASONS,
    Choice,
    Strategy,
    Weights,
    choose,
    choose_why,
)

CODE_VERSION = "selection-1"

__all__ = [
    "CODE_VERSION",
    "DEFAULT_WEIGHTS",
    "REASONS",
    "Candidate",
    "Choice",
    "Saved",
    "Strategy",
    "Weights",
    "choose",
    "choose_why",
    "disagreement",
    "distances_to",
    "k_centre",
    "labels_saved",
    "need_by_stratum",
    "standardised",
]

from portal.adjudication.models.adjudication import Adjudication, AdjudicationKind, codes_of
from portal.adjudication.models.decision import (
    MAJORITY,
    MERGES,
    MINE,
    STAPLE,
    Decision,
    DecisionReason,
)
from portal.adjudication.models.reference import ReferenceStandard

__all__ = [
    "MAJORITY",
    "MERGES",
    "MINE",
    "STAPLE",
    "Adjudication",
    "AdjudicationKind",
    "Decision",
    "DecisionReason",
    "ReferenceStandard",
    "codes_of",
]

from portal.adjudication.models.adjudication import Adjudication, AdjudicationKind
from portal.adjudication.models.reference import ReferenceStandard

__all__ = ["Adjudication", "AdjudicationKind", "ReferenceStandard"]

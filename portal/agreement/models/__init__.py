from portal.agreement.models.cohort import PairResult, ReadFacts
from portal.agreement.models.comparison import Comparison, ComparisonReading

__all__ = ["Comparison", "ComparisonReading", "PairResult", "ReadFacts"]

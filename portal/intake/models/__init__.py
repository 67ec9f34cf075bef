from portal.intake.models.batch import ImportBatch, ImportState
from portal.intake.models.identity import StudyIdentity, SubjectIdentity
from portal.intake.models.item import ImportItem, ImportOutcome

__all__ = [
    "ImportBatch",
    "ImportItem",
    "ImportOutcome",
    "ImportState",
    "StudyIdentity",
    "SubjectIdentity",
]

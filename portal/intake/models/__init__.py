from portal.intake.models.batch import ImportBatch, ImportState
from portal.intake.models.item import ImportItem, ImportOutcome
from portal.intake.models.quarantined import QuarantinedFile

__all__ = ["ImportBatch", "ImportItem", "ImportOutcome", "ImportState", "QuarantinedFile"]

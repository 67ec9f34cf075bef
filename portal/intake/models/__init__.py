from portal.intake.models.batch import ImportBatch, ImportState
from portal.intake.models.identity import StudyIdentity, SubjectIdentity
from portal.intake.models.item import ImportItem, ImportOutcome
from portal.intake.models.quarantined import QuarantinedFile
from portal.intake.models.receiving import (
    AllowedSender,
    Association,
    ReceivingAE,
    RejectedCall,
)
from portal.intake.models.remote import Pull, PullItem, RemoteArchive, RemoteAuth

__all__ = [
    "AllowedSender",
    "Association",
    "ImportBatch",
    "ImportItem",
    "ImportOutcome",
    "ImportState",
    "Pull",
    "PullItem",
    "QuarantinedFile",
    "ReceivingAE",
    "RejectedCall",
    "RemoteArchive",
    "RemoteAuth",
    "StudyIdentity",
    "SubjectIdentity",
]

from portal.cases.models.case import Case, CaseState
from portal.cases.models.subject import Subject
from portal.cases.models.visit import Visit

__all__ = ["Case", "CaseState", "Subject", "Visit"]

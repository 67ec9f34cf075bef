from portal.cases.models.case import Case, CaseState
from portal.cases.models.subject import Subject
from portal.cases.models.visit import Visit
from portal.cases.models.withdrawal import WithdrawnSubject

__all__ = ["Case", "CaseState", "Subject", "Visit", "WithdrawnSubject"]

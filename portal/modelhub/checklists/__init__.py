"""Reporting checklists, filled from records; where those say nothing, a person is needed."""

from portal.modelhub.checklists.filling import Filled, FilledItem, as_paper, fill
from portal.modelhub.checklists.lists import Checklist, all_checklists, checklist_named

__all__ = [
    "Checklist",
    "Filled",
    "FilledItem",
    "all_checklists",
    "as_paper",
    "checklist_named",
    "fill",
]

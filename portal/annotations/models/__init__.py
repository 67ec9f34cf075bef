from portal.annotations.models.annotation import Annotation, Origin, State
from portal.annotations.models.annotation_import import AnnotationImport
from portal.annotations.models.entry import Entry, EntryKind, EntryRevision
from portal.annotations.models.operation import Operation
from portal.annotations.models.revision import Revision

__all__ = [
    "Annotation",
    "AnnotationImport",
    "Entry",
    "EntryKind",
    "EntryRevision",
    "Operation",
    "Origin",
    "Revision",
    "State",
]

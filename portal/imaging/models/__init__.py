from portal.imaging.models.document import DocumentKind, SeriesDocument
from portal.imaging.models.instance import Instance
from portal.imaging.models.label import StackLabel
from portal.imaging.models.series import Series
from portal.imaging.models.stack import Stack
from portal.imaging.models.study import Study

__all__ = ["DocumentKind", "Instance", "Series", "SeriesDocument", "Stack", "StackLabel", "Study"]

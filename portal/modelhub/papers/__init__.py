"""Documents made from records, as data: the page, Markdown and HTML show the same. No database."""

from portal.modelhub.papers.html import as_html
from portal.modelhub.papers.markdown import as_markdown
from portal.modelhub.papers.paper import (
    NOT_RECORDED,
    Fact,
    Facts,
    Items,
    Note,
    Paper,
    Section,
    Table,
    said,
)

__all__ = [
    "NOT_RECORDED",
    "Fact",
    "Facts",
    "Items",
    "Note",
    "Paper",
    "Section",
    "Table",
    "as_html",
    "as_markdown",
    "said",
]

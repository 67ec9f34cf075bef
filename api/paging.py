"""Server paging, the same for every list."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from api.requests import asked, whole_number
from portal.core.errors import InvalidInput

MAX_PAGE_SIZE = 200


def paged(
    request: Request, queryset: QuerySet[Any], render: Callable[[Any], Any]
) -> dict[str, Any]:
    """``{count, page, page_size, results}`` of an ordered queryset, by ``?page=&page_size=``."""
    return paged_together(request, queryset, lambda rows: [render(row) for row in rows])


def paged_together(
    request: Request, queryset: QuerySet[Any], render: Callable[[list[Any]], list[Any]]
) -> dict[str, Any]:
    """As :func:`paged`, for rows that are rendered a page at a time."""
    page = _positive(request, "page", 1)
    page_size = min(_positive(request, "page_size", 25), MAX_PAGE_SIZE)
    start = (page - 1) * page_size
    return {
        "count": queryset.count(),
        "page": page,
        "page_size": page_size,
        "results": render(list(queryset[start : start + page_size])),
    }


def _positive(request: Request, name: str, default: int) -> int:
    number = whole_number(asked(request, name, str(default)))
    if number is None or not 1 <= number <= 1_000_000:
        raise InvalidInput(None, **{name: ["Give a whole number from 1."]})
    return number

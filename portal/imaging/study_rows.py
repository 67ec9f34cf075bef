"""Rows of a search for studies, by a condition that was compiled once per shape.

Composing a query costs the ORM more than the database needs to answer it. Two conditions of one
shape differ in their values alone; so the statement is made once per shape, with marks for the
values, and after that only the values are looked up.
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import FullResultSet
from django.db import connection
from django.db.models import Q

from portal.core.caching import Recent
from portal.core.prepared import rows
from portal.imaging.models import Study

_STATEMENT = """
    SELECT imaging_study.found_row FROM imaging_study
    WHERE imaging_study.project_id = %s /* and */
    ORDER BY imaging_study.created_at DESC, imaging_study.id LIMIT %s OFFSET %s
"""
_statements: Recent[tuple[str, tuple[int, ...]]] = Recent(512)


def study_rows(project_id: UUID, condition: Q, *, offset: int, limit: int) -> list[str]:
    """``found_row`` of the project's studies, newest first."""
    values: list[str] = []
    shape = _shape(condition, values)
    known = _statements.get(shape) or _statements.put(shape, _compiled(condition, len(values)))
    statement, order = known
    arguments: list[Any] = [project_id, *(values[n] for n in order), limit, offset]
    return [text or "" for (text,) in rows(statement, arguments)]


def _shape(node: Any, values: list[str]) -> tuple[Any, ...]:
    """What a condition looks like without its values, which are appended to ``values``."""
    if isinstance(node, Q):
        inner = tuple(_shape(child, values) for child in node.children)
        return (node.connector, node.negated, inner)
    lookup, value = node
    if isinstance(value, list):
        values += value
        return (lookup, len(value))
    values.append(value)
    return (lookup,)


def _marked(node: Any, marks: list[str]) -> Any:
    if isinstance(node, Q):
        made = Q(*(_marked(child, marks) for child in node.children), _connector=node.connector)
        return ~made if node.negated else made
    lookup, value = node
    if isinstance(value, list):
        return (lookup, [marks.pop(0) for _ in value])
    return (lookup, marks.pop(0))


def _compiled(condition: Q, n_values: int) -> tuple[str, tuple[int, ...]]:
    marks = [f"\ue000{n}\ue001" for n in range(n_values)]
    query = Study.objects.filter(_marked(condition, list(marks))).query
    parameters: Any
    try:
        where, parameters = query.where.as_sql(query.get_compiler("default"), connection)
    except FullResultSet:  # no condition
        where, parameters = "", []
    order = tuple(marks.index(str(p)) for p in parameters)
    extra = f"AND {where}" if where else ""
    return _STATEMENT.replace("/* and */", extra), order

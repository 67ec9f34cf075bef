"""What a contour said before a person settled it: what undoing that goes back to."""

from collections.abc import Iterable
from typing import Any

from portal.annotations.content import ContourKey
from portal.annotations.models import Annotation, Revision, State
from portal.annotations.selectors import key_of


class Unconfirmed:
    """The latest revision in state auto of some annotations, read in one query, and those that
    this batch writes."""

    def __init__(self, annotations: Iterable[Annotation]) -> None:
        keys = {row.pk: key_of(row) for row in annotations}
        revisions = Revision.objects.filter(annotation_id__in=keys, state=State.AUTO)
        self._latest: dict[ContourKey, dict[str, Any]] = {
            keys[row.annotation_id]: _content(row) for row in revisions.order_by("version")
        }

    def note(self, row: Annotation) -> None:
        if row.state == State.AUTO:
            self._latest[key_of(row)] = _content(row)

    def matches(self, row: Annotation) -> bool:
        """Whether ``row`` says what was there unconfirmed."""
        found = self._latest.get(key_of(row))
        return found is not None and found["parts"] == row.parts

    def content_of(self, key: ContourKey) -> dict[str, Any]:
        """Parts, origin, state and model of it; only where it ``matches``."""
        return self._latest[key]


def _content(row: Annotation | Revision) -> dict[str, Any]:
    return {
        "parts": row.parts,
        "origin": row.origin,
        "state": row.state,
        "model_label": row.model_label,
    }

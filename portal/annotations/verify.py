"""Checking the chains of revisions: each follows the one before, and says what it said."""

from collections.abc import Iterator

from django.db.models import QuerySet

from portal.annotations.content import GENESIS, revision_hash
from portal.annotations.models import Annotation, Revision
from portal.cases.models import CaseState


def verify_revisions(annotations: QuerySet[Annotation]) -> Iterator[tuple[str, int, str]]:
    """(annotation id, version, what is wrong) of every break. Of a withdrawn subject the links are
    checked and the content, which is gone, is not."""
    rows = annotations.select_related("read__case").order_by("pk")
    for annotation in rows.iterator(200):
        yield from _verify(annotation)


def _verify(annotation: Annotation) -> Iterator[tuple[str, int, str]]:
    withdrawn = annotation.read.case.state == CaseState.WITHDRAWN
    pk, previous, expected = str(annotation.pk), GENESIS, 1
    for revision in Revision.objects.filter(annotation=annotation).order_by("version"):
        if revision.version != expected:
            yield pk, expected, "missing"
        if revision.prev_hash != previous:
            yield pk, revision.version, "broken_link"
        if withdrawn and revision.parts:
            yield pk, revision.version, "content_left"
        if not withdrawn and _hash(revision) != revision.hash:
            yield pk, revision.version, "changed"
        previous, expected = revision.hash, revision.version + 1
    if (annotation.version, annotation.revision_hash) != (expected - 1, previous):
        yield pk, annotation.version, "head_differs"


def _hash(revision: Revision) -> str:
    return revision_hash(
        annotation_id=str(revision.annotation_id),
        version=revision.version,
        parts=revision.parts,
        origin=revision.origin,
        state=revision.state,
        model_label=revision.model_label,
        author_id=revision.author_id,
        op_id=revision.op_id,
        prev_hash=revision.prev_hash,
    )

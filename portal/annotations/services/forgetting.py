"""Contours and answers of a withdrawn subject.

Revisions stay with their authors, times and hashes and lose what they said: the chain's links still
follow one another (:func:`portal.annotations.verify.verify_revisions`), and tell no shape.
"""

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from portal.annotations.models import Annotation, AnnotationImport, Entry, EntryRevision, Revision
from portal.cases.withdrawing import Leaving


def forget(leaving: Leaving) -> None:
    AnnotationImport.objects.filter(read__case_id__in=leaving.case_ids).delete()
    contours = Annotation.objects.filter(read__case_id__in=leaving.case_ids)
    revisions = Revision.objects.filter(annotation__read__case_id__in=leaving.case_ids)
    leaving.removed["revisions"] += revisions.update(parts=[])
    # the image's UID is an identifier too; the row's own id keeps frames apart
    nameless = Concat(Value("withdrawn-"), Cast("id", CharField()))
    leaving.removed["contours"] += contours.update(parts=[], sop_instance_uid=nameless)
    entries = Entry.objects.filter(read__case_id__in=leaving.case_ids)
    EntryRevision.objects.filter(entry__in=entries.values("pk")).update(value=None)
    leaving.removed["answers"] += entries.update(value=None)

"""Images of a withdrawn subject: files, headers, thumbnails and places in space go.

Reads name their stack and comparisons name reads, so the rows of studies and stacks stay, emptied.
"""

from functools import partial

from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from portal.cases.withdrawing import Leaving
from portal.imaging.models import Instance, Series, Stack, StackLabel, Study
from portal.imaging.services.stack_streams import forget_streams


def forget(leaving: Leaving) -> None:
    studies = Study.with_withdrawn.filter(case_id__in=leaving.case_ids)
    instances = Instance.objects.filter(series__study__in=studies)
    leaving.blobs.update(instances.values_list("blob_id", flat=True))
    leaving.removed["instances"] += instances.delete()[0]
    leaving.removed["series"] += Series.objects.filter(study__in=studies).delete()[0]
    StackLabel.objects.filter(study__in=studies).delete()
    for pk in Stack.objects.filter(study__in=studies).values_list("pk", flat=True):
        transaction.on_commit(partial(forget_streams, pk), robust=True)
    nameless = Concat(Value("withdrawn-"), Cast("id", CharField()))
    leaving.removed["stacks"] += Stack.objects.filter(study__in=studies).update(
        meta={}, addresses=[], findings=[], thumbnail=None, reason="", view_reason="", siblings=[],
        is_latest=False, key=nameless, content_hash="",
    )  # fmt: skip
    leaving.removed["studies"] += studies.update(
        study_uid=nameless, study_date="", description="", metadata={}, thumbnail=None,
        found_name="", found_name_other="", found_patient_id="", found_time="", found_accession="",
        found_study_id="", found_referrer="", found_description="", found_row="", is_indexed=True,
        withdrawn_at=leaving.at, updated_at=leaving.at,
    )  # fmt: skip

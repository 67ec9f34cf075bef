"""What imports remember of a withdrawn subject: that a file came, and nothing of it."""

from portal.cases.withdrawing import Leaving
from portal.intake.models import ImportBatch, ImportItem
from portal.intake.models.identity import StudyIdentity, SubjectIdentity


def forget(leaving: Leaving) -> None:
    studies = StudyIdentity.objects.filter(study__case_id__in=leaving.case_ids)
    leaving.removed["identities"] += studies.delete()[0]
    subjects = SubjectIdentity.objects.filter(subject=leaving.subject)
    leaving.removed["identities"] += subjects.delete()[0]
    rows = ImportItem.objects.filter(instance__series__study__case_id__in=leaving.case_ids)
    batches = list(rows.values_list("batch_id", flat=True).distinct())
    # a hash tells whoever has the file that it was here
    leaving.removed["import lines"] += rows.update(instance=None, sha256="", size=0, message="")
    for batch in ImportBatch.objects.filter(pk__in=batches).exclude(label=""):
        if not batch.items.filter(instance__isnull=False).exists():
            ImportBatch.objects.filter(pk=batch.pk).update(label="")  # a folder's name, perhaps

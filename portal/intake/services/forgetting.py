"""What imports remember of a withdrawn subject, that a file came and nothing of it, and of a study
that was deleted."""

from uuid import UUID

from django.db import transaction
from pydicom import dcmread

from cmrkit.dicomio import patient_key_of
from cmrkit.dicomio.meta import file_meta, refuse_deflated
from portal.cases.services import patient_key_in
from portal.cases.withdrawing import Leaving
from portal.core.sealing import SealBroken
from portal.intake.models import (
    ImportBatch,
    ImportItem,
    ImportState,
    PullItem,
    QuarantinedFile,
)
from portal.intake.models.identity import StudyIdentity, SubjectIdentity
from portal.intake.services.quarantine import path_of
from portal.intake.vault.spool import open_sealed


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
    # keyed hashes of what was fetched; a pull that goes on needs its own
    ended = PullItem.objects.filter(batch_id__in=batches, batch__state=ImportState.FINISHED)
    leaving.removed["pull lines"] += ended.delete()[0]
    _forget_quarantined(leaving)


def forget_study(study_id: UUID) -> None:
    """Who a study was of, that is about to go; and who its subject is, where it was the last."""
    subjects = SubjectIdentity.objects.filter(studies__study_id=study_id)
    ids = list(subjects.values_list("pk", flat=True))
    StudyIdentity.objects.filter(study_id=study_id).delete()
    SubjectIdentity.objects.filter(pk__in=ids, studies__isnull=True).delete()


def _forget_quarantined(leaving: Leaving) -> None:
    """Refused files of the same patient. One that can't be read can't be told, and goes when its
    time is over."""
    subject = leaving.subject
    kept = QuarantinedFile.objects.filter(item__batch__project=subject.project)
    for file in kept.select_related("item").iterator():
        sent = _patient_of(file)
        if sent is None or patient_key_in(subject.project, sent) != subject.patient_key:
            continue
        path = path_of(file)
        file.delete()
        ImportItem.objects.filter(pk=file.item_id).update(sha256="", size=0, message="")
        transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]
        leaving.removed["quarantined files"] += 1


def _patient_of(file: QuarantinedFile) -> str | None:
    """The patient key of a sealed file."""
    try:
        with open_sealed(path_of(file), file.item.size) as stream:
            refuse_deflated(file_meta(stream))
            return patient_key_of(dcmread(stream, stop_before_pixels=True))
    except (SealBroken, OSError):
        return None
    except Exception:  # noqa: BLE001 - it was refused because it can't be read, as a rule
        return None

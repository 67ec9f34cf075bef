"""Subjects, visits and cases, under pseudonyms."""

import hashlib
import hmac

from django.conf import settings
from django.db.models import Max

from portal.cases.errors import SubjectWithdrawn
from portal.cases.models import Case, Subject, Visit, WithdrawnSubject
from portal.projects.models import Project, Site


def _keyed(*parts: str) -> str:
    message = "|".join(parts).encode()
    return hmac.new(settings.ACCORD_PSEUDONYM_KEY.encode(), message, hashlib.sha256).hexdigest()


def patient_key_in(project: Project, patient_key: str) -> str:
    """What stands for a patient in a project's subjects; ``patient_key`` is that of a file as sent
    (``cmrkit.dicomio.InstanceHeader``)."""
    return _keyed("project", str(project.pk), patient_key)


def case_for_new_study(*, project: Project, patient_key: str, is_phantom: bool) -> Case:
    """One visit and one case for a study that was just seen for the first time. Call under the
    project's lock: labels are numbered. Raises SubjectWithdrawn."""
    key = patient_key_in(project, patient_key)
    if WithdrawnSubject.objects.filter(project=project, patient_key=key).exists():
        raise SubjectWithdrawn()
    subject = Subject.objects.filter(project=project, patient_key=key).first()
    if subject is None:
        site = Site.objects.filter(project=project).order_by("created_at").first()
        assert site is not None, "a project is made with a site"
        subject = Subject.objects.create(
            project=project,
            site=site,
            label=f"S{Subject.objects.filter(project=project).count() + 1:04d}",
            patient_key=key,
            patient_hash=_keyed("installation", patient_key),
        )
    last = Visit.objects.filter(subject=subject).aggregate(last=Max("number"))["last"] or 0
    visit = Visit.objects.create(subject=subject, number=last + 1)
    number = Case.objects.filter(project=project).count() + 1
    return Case.objects.create(
        project=project, visit=visit, label=f"C{number:04d}", is_phantom=is_phantom
    )

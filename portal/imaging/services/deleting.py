"""Deleting a study, a series or an instance, unless something rests on it."""

from collections.abc import Callable, Iterable
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.core.errors import NotFound
from portal.imaging.errors import InUse
from portal.imaging.models import Instance, Series, Stack, StackLabel, Study
from portal.imaging.services.assembling import assemble_study
from portal.imaging.services.stack_streams import forget_streams
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.storage.services import release

Forget = Callable[[list[UUID]], None]
ForgetStudy = Callable[[UUID], None]
_forgetting: list[Forget] = []
_forgetting_studies: list[ForgetStudy] = []


def register_forgetting(forget: Forget) -> None:
    """``forget(instance_ids)`` lets go of the rows about to be deleted. Call once, from
    ``AppConfig.ready``: apps above this one can't be named here."""
    if forget not in _forgetting:
        _forgetting.append(forget)


def register_forgetting_studies(forget: ForgetStudy) -> None:
    """The same for a study of which nothing is left: ``forget(study_id)``."""
    if forget not in _forgetting_studies:
        _forgetting_studies.append(forget)


@transaction.atomic
def delete_images(
    *, by: User, project: Project, study_uid: str, series_uid: str = "", instance_uid: str = ""
) -> int:
    """Delete all instances that the UIDs name; returns how many. Bytes that nothing else refers
    to are freed when the transaction commits. Raises InUse, and then nothing is deleted."""
    require(by, Permission.OPEN_VAULT, project)
    study = (
        Study.objects.select_for_update(no_key=True)
        .filter(project=project, study_uid=study_uid)
        .first()
    )
    if study is None:
        raise NotFound()
    rows = Instance.objects.filter(series__study=study)
    if series_uid:
        rows = rows.filter(series__series_uid=series_uid)
    if instance_uid:
        rows = rows.filter(sop_instance_uid=instance_uid)
    found = list(rows.values_list("pk", "sop_instance_uid", "blob_id"))
    if not found and (series_uid or instance_uid):
        raise NotFound()
    _delete_stacks(study, {uid for _, uid, _ in found}, everything=not series_uid)
    _delete_instances([pk for pk, _, _ in found])
    emptied = Series.objects.filter(study=study, instances__isnull=True)
    emptied.delete()
    level = "instance" if instance_uid else "series" if series_uid else "study"
    record_in_project(
        project_id=project.pk,
        by=by,
        action="images.deleted",
        target_type="study",
        target_id=study.pk,
        details={"level": level, "instances": len(found)},
    )
    if study.series.exists():
        assemble_study(study=study)
    else:
        _delete_study(study)
    release(blob for _, _, blob in found)
    return len(found)


def _delete_study(study: Study) -> None:
    StackLabel.objects.filter(study=study).delete()
    for forget in _forgetting_studies:
        forget(study.pk)
    study.delete()


def _delete_stacks(study: Study, uids: set[str], *, everything: bool) -> None:
    """The stacks that hold these instances; InUse where something refers to one."""
    touched = [
        stack.pk
        for stack in Stack.objects.filter(study=study).only("pk", "addresses")
        if everything or any(a and a[1] in uids for row in stack.addresses for a in row)
    ]
    try:
        Stack.objects.filter(pk__in=touched).delete()
    except ProtectedError as error:
        raise InUse() from error
    for pk in touched:
        transaction.on_commit(partial(forget_streams, pk))
    _latest_again(study)


def _latest_again(study: Study) -> None:
    """Where the newest version went, the one before it is the latest now."""
    rows = Stack.objects.filter(study=study)
    with_latest = set(rows.filter(is_latest=True).values_list("key", flat=True))
    newest: dict[str, UUID] = {}
    for key, pk in rows.order_by("version").values_list("key", "pk"):
        newest[key] = pk
    again = [pk for key, pk in newest.items() if key not in with_latest]
    rows.filter(pk__in=again).update(is_latest=True)


def _delete_instances(ids: Iterable[UUID]) -> None:
    found = list(ids)
    for forget in _forgetting:
        forget(found)
    try:
        Instance.objects.filter(pk__in=found).delete()
    except ProtectedError as error:
        raise InUse() from error

"""Imports of a project. Reads only."""

from uuid import UUID

from django.db.models import Case as When
from django.db.models import Count, IntegerField, Q, QuerySet, Sum, Value
from django.db.models import When as If

from portal.accounts.models import User
from portal.core.errors import NotFound
from portal.imaging.models import Study
from portal.intake.models import (
    ImportBatch,
    ImportItem,
    ImportOutcome,
    Pull,
    QuarantinedFile,
    ReceivingAE,
    RejectedCall,
    RemoteArchive,
    SubjectIdentity,
)
from portal.jobs.models import Job
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import permissions_of

SHOWN_ITEMS = 500


def visible_imports(user: User, project: Project) -> QuerySet[ImportBatch]:
    if Permission.IMPORT not in permissions_of(user, project):
        return ImportBatch.objects.none()
    outcomes = {
        name: Count("items", filter=Q(items__outcome=name)) for name in ImportOutcome.values
    }
    return ImportBatch.objects.filter(project=project).annotate(**outcomes)


def get_import(user: User, project: Project, batch_id: UUID) -> ImportBatch:
    batch = visible_imports(user, project).filter(pk=batch_id).select_related("project").first()
    if batch is None:
        raise NotFound()
    return batch


def quarantined_files(user: User, project: Project) -> QuerySet[QuarantinedFile]:
    """What is kept in the vault, for the data steward alone; newest first."""
    if Permission.OPEN_VAULT not in permissions_of(user, project):
        return QuarantinedFile.objects.none()
    rows = QuarantinedFile.objects.filter(item__batch__project=project)
    return rows.select_related("item__batch__project").order_by("-created_at", "pk")


def get_quarantined(user: User, project: Project, file_id: UUID) -> QuarantinedFile:
    kept = quarantined_files(user, project).filter(pk=file_id).first()
    if kept is None:
        raise NotFound()
    return kept


def items_of(batch: ImportBatch, outcome: str = "") -> QuerySet[ImportItem]:
    """Every file of an import in the order it was sent."""
    rows = batch.items.filter(outcome=outcome) if outcome else batch.items.all()
    return rows.select_related("instance__series__study").order_by("sequence")


def items_problems_first(batch: ImportBatch) -> QuerySet[ImportItem]:
    rank = When(
        If(outcome=ImportOutcome.QUARANTINED, then=Value(0)),
        If(outcome=ImportOutcome.DUPLICATE, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return batch.items.annotate(rank=rank).order_by("rank", "sequence")[:SHOWN_ITEMS]


def studies_of(batch: ImportBatch) -> QuerySet[Study]:
    return Study.objects.filter(series__instances__import_items__batch=batch).distinct()


def visible_archives(user: User, project: Project) -> QuerySet[RemoteArchive]:
    """Of those who pull from them, and of those who set them up."""
    if not permissions_of(user, project) & {Permission.IMPORT, Permission.EDIT_SETTINGS}:
        return RemoteArchive.objects.none()
    return RemoteArchive.objects.filter(project=project, removed_at=None).select_related("project")


def get_archive(user: User, project: Project, archive_id: UUID) -> RemoteArchive:
    archive = visible_archives(user, project).filter(pk=archive_id).first()
    if archive is None:
        raise NotFound()
    return archive


def receiving_of(project: Project) -> tuple[ReceivingAE | None, list[RejectedCall]]:
    """The project's receiver, and who was turned away from it lately."""
    receiver = ReceivingAE.objects.filter(project=project).prefetch_related("senders").first()
    if receiver is None:
        return None, []
    rejected = RejectedCall.objects.filter(called=receiver.ae_title).order_by("-last_at")
    return receiver, list(rejected[:10])


def count_rejected_calls() -> dict[str, int]:
    """How many associations were turned away, by reason, for the metrics."""
    rows = RejectedCall.objects.values_list("reason").annotate(n=Sum("count")).order_by()
    return dict(rows)


def job_of(batch: ImportBatch) -> Job | None:
    """The job that fills the import, where it is a pull."""
    pull = Pull.objects.filter(batch=batch).select_related("job__project").first()
    return pull.job if pull else None


def listed_identities(user: User, project: Project) -> QuerySet[SubjectIdentity]:
    """Entries of the re-identification list, sealed, in the order of the subjects' labels."""
    if Permission.OPEN_VAULT not in permissions_of(user, project):
        return SubjectIdentity.objects.none()
    return (
        SubjectIdentity.objects.filter(project=project)
        .select_related("subject")
        .prefetch_related("studies__study")
        .annotate(n_studies=Count("studies"))
        .order_by("subject__label")
    )

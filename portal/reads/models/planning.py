"""Who may read what, and how many cases were given out at once."""

from django.conf import settings
from django.db import models

from portal.cases.models import Case
from portal.core.models import Entity
from portal.projects.models import Project, Site
from portal.protocols.models import ProtocolVersion


class AssignmentPlan(Entity):
    """An assignment of many cases as it was made. With ``seed`` and ``asked`` on the same cases and
    people the planner gives the same pairs and order again; ``digest`` is over all of them."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="assignment_plans")
    protocol_version = models.ForeignKey(
        ProtocolVersion, on_delete=models.PROTECT, related_name="assignment_plans"
    )
    seed = models.CharField(max_length=32)
    asked = models.JSONField()
    digest = models.CharField(max_length=64)
    n_reads = models.PositiveIntegerField()
    n_duplicates = models.PositiveIntegerField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignment_plans"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "digest"], name="plan_made_once"),
        ]


class ConflictOfInterest(Entity):
    """A person who must not read a case, or the cases of a site. One that was taken back stays."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="conflicts_of_interest"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conflicts_of_interest"
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, related_name="conflicts_of_interest"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, related_name="conflicts_of_interest"
    )
    reason = models.CharField(max_length=300)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conflicts_declared"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(site__isnull=False, case__isnull=True)
                | models.Q(site__isnull=True, case__isnull=False),
                name="conflict_site_or_case",
            ),
            models.UniqueConstraint(
                fields=["user", "site"],
                condition=models.Q(ended_at__isnull=True, site__isnull=False),
                name="conflict_site_once",
            ),
            models.UniqueConstraint(
                fields=["user", "case"],
                condition=models.Q(ended_at__isnull=True, case__isnull=False),
                name="conflict_case_once",
            ),
        ]


class ReadingPause(Entity):
    """Reading stands still: of one person, or (without one) of the whole project."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reading_pauses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="reading_pauses",
    )
    reason = models.CharField(max_length=300)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pauses_made"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user"],
                condition=models.Q(ended_at__isnull=True, user__isnull=False),
                name="pause_of_person_once",
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(ended_at__isnull=True, user__isnull=True),
                name="pause_of_project_once",
            ),
        ]


class CaseStratum(Entity):
    """The disease of a case, where it is known beforehand: for balance alone, never shown to
    readers."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="stratum")
    disease = models.CharField(max_length=60)

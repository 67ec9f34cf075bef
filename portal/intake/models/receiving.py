from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from portal.core.models import Entity
from portal.intake.models.batch import ImportBatch
from portal.projects.models import Project

# PS3.5 6.2, VR AE: 16 characters of the default repertoire, without backslash and control
AE_TITLE = r"^(?! )[\x20-\x5b\x5d-\x7e]{1,16}(?<! )$"
is_ae_title = RegexValidator(
    AE_TITLE, "1 to 16 letters, digits or signs, without a backslash or a space at either end."
)


class ReceivingAE(Entity):
    """The AE title under which a project takes studies from scanners and PACS by C-STORE."""

    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="receiving_ae")
    ae_title = models.CharField(max_length=16, unique=True, validators=[is_ae_title])
    enabled = models.BooleanField(default=True)


class AllowedSender(Entity):
    """A calling AE title that may send to it; with ``network``, only from those addresses."""

    receiver = models.ForeignKey(ReceivingAE, on_delete=models.PROTECT, related_name="senders")
    ae_title = models.CharField(max_length=16, validators=[is_ae_title])
    network = models.CharField(max_length=43, blank=True)  # an address, or a CIDR
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receiver", "ae_title", "network"], name="allowed_sender_once"
            ),
        ]


class Association(Entity):
    """One association that sent files: its import is finished when it ends, or when ``alive_at``
    says that the process which held it is gone."""

    receiver = models.ForeignKey(ReceivingAE, on_delete=models.PROTECT, related_name="associations")
    batch = models.OneToOneField(ImportBatch, on_delete=models.PROTECT, related_name="association")
    ae_title = models.CharField(max_length=16)  # of the sender
    process = models.CharField(max_length=32)
    alive_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ended_at", "alive_at"], name="association_open")]


class RejectedCall(Entity):
    """How often somebody was turned away: what a person needs who sets up a scanner."""

    called = models.CharField(max_length=16, blank=True)  # empty where no project has that title
    calling = models.CharField(max_length=16, blank=True)  # empty beyond the first few
    reason = models.CharField(max_length=40)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["called", "calling", "reason"], name="rejected_call_once"
            ),
        ]

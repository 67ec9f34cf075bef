from django.db import models


class AuditEvent(models.Model):
    """One link of a chain. No foreign keys and no identity: it must outlive what it tells of.

    ``hash`` covers every other field and ``prev_hash``. The database refuses update and delete.
    """

    scope = models.CharField(max_length=80)
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_id = models.CharField(max_length=64)  # opaque id of a user, "system" or "worker"
    action = models.CharField(max_length=80)
    target_type = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    details = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "seq"], name="audit_event_seq_once"),
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="audit_event_seq_from_1"),
        ]
        indexes = [
            models.Index(fields=["scope", "action"], name="audit_event_action"),
            models.Index(fields=["scope", "actor_id"], name="audit_event_actor"),
        ]

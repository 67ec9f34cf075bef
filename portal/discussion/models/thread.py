from django.conf import settings
from django.db import models

from portal.cases.models import Case
from portal.core.models import Entity
from portal.reads.models import Read


class Thread(Entity):
    """What people say about one place of a case.

    With ``read`` it is between that read's reader and those who run the project; without, it is
    about the case and exists for those to whom the case lies open. ``anchor`` is what it is about
    (``portal.discussion.anchors``); the words are in the comments.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="threads")
    read = models.ForeignKey(Read, on_delete=models.PROTECT, null=True, related_name="threads")
    anchor = models.JSONField(default=dict)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="threads_opened"
    )
    op_id = models.CharField(max_length=64)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opened_by", "op_id"], name="thread_once_per_op"),
            models.CheckConstraint(
                condition=models.Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | models.Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="thread_resolved_by_someone",
            ),
        ]
        indexes = [models.Index(fields=["case", "read", "created_at"], name="thread_of_case")]


class Comment(Entity):
    """One person's words. They are never changed; a deleted one stays as an empty place, so that
    what was answered to it keeps its order."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments"
    )
    text = models.TextField(max_length=4000, blank=True)
    op_id = models.CharField(max_length=64)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "op_id"], name="comment_once_per_op"),
        ]
        indexes = [models.Index(fields=["thread", "created_at"], name="comment_of_thread")]


class Mention(Entity):
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mentions"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "user"], name="mention_once"),
        ]

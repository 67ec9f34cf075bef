"""Words about a withdrawn subject go; that somebody wrote, and when, stays."""

from portal.cases.withdrawing import Leaving
from portal.discussion.models import Comment, Mention, Thread


def forget(leaving: Leaving) -> None:
    comments = Comment.objects.filter(thread__case_id__in=leaving.case_ids)
    Mention.objects.filter(comment__in=comments).delete()
    Thread.objects.filter(case_id__in=leaving.case_ids).update(anchor={})
    leaving.removed["comments"] += comments.update(text="", deleted_at=leaving.at)

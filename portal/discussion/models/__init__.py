from portal.discussion.models.thread import Comment, Mention, Thread

__all__ = ["Comment", "Mention", "Thread"]

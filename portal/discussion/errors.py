from portal.core.errors import Conflict, InvalidInput, NotAllowed


class ThreadResolved(Conflict):
    code = "thread_resolved"
    message = "This thread is resolved. Open it again to write."


class NotYourComment(NotAllowed):
    code = "not_your_comment"
    message = "Only who wrote a comment deletes it."


class WrongAnchor(InvalidInput):
    code = "wrong_anchor"
    message = "A comment can't be bound to this place."

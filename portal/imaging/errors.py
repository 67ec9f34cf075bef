from portal.core.errors import Conflict, InvalidInput


class InUse(Conflict):
    """Images that a read, a reference or a test set rests on."""

    code = "in_use"
    message = (
        "A read, a reference or a test set rests on these images, so they stay. To take a patient "
        "out altogether, withdraw the subject."
    )


class StackNotOffered(Conflict):
    """The stack's frames can't go into one answer; each can still be asked for by itself."""

    code = "stack_not_offered"
    message = "This stack can't be sent as a whole. Ask for its frames one by one."


class StackOutdated(Conflict):
    code = "stack_outdated"
    message = "This is an earlier version of the stack. Open the study again and use the newest."


class NothingToCorrect(InvalidInput):
    code = "nothing_to_correct"
    message = "Choose a kind, a view or both."

from portal.core.errors import Conflict, InvalidInput


class StackOutdated(Conflict):
    code = "stack_outdated"
    message = "This is an earlier version of the stack. Open the study again and use the newest."


class NothingToCorrect(InvalidInput):
    code = "nothing_to_correct"
    message = "Choose a kind, a view or both."

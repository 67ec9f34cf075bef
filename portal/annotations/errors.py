from portal.core.errors import Conflict, InvalidInput


class ConcurrentSave(Conflict):
    """Two writers met in spite of the read's lock; nothing of this batch was written."""

    code = "concurrent_save"
    message = "Something else was saved at the same moment. Send this again."


class TooManyOperations(InvalidInput):
    code = "too_many_operations"
    message = "Send at most 1000 operations at once."


class NothingToAnnotate(Conflict):
    code = "no_stack"
    message = "This case has no short-axis cine stack that annotations could be of."


class NothingImported(InvalidInput):
    """``details["notes"]`` says what was found instead."""

    code = "nothing_imported"
    message = "The file holds nothing that this case's protocol asks for."


class SourceNeeded(InvalidInput):
    code = "source_needed"
    message = "Say in 1 to 120 characters who made the annotations."


class CaseUnclear(InvalidInput):
    code = "case_unclear"
    message = "The file doesn't say which case it is of. Name the case."

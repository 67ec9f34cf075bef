from portal.core.errors import Conflict, InvalidInput


class ConcurrentSave(Conflict):
    """Two writers met in spite of the read's lock; nothing of this batch was written."""

    code = "concurrent_save"
    message = "Something else was saved at the same moment. Send this again."


class TooManyOperations(InvalidInput):
    code = "too_many_operations"
    message = "Send at most 1000 operations at once."

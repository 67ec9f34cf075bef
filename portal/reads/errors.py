from portal.core.errors import Conflict, InvalidInput


class ReadClosed(Conflict):
    code = "read_closed"
    message = "This read is submitted or was taken back. Nothing can be changed in it any more."


class CaseLocked(Conflict):
    code = "case_locked"
    message = "The reference standard of this case is locked. Nothing can be changed any more."


class ReasonNeeded(InvalidInput):
    code = "reason_needed"
    message = "Give the reason."

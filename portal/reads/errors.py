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


class PlanChanged(Conflict):
    code = "plan_changed"
    message = (
        "Cases, reads or readers changed since this plan was shown. Look at the new plan and make "
        "that one."
    )


class PlanEmpty(InvalidInput):
    code = "plan_empty"
    message = "Nothing can be assigned this way. The plan says why."


class CantBeGiven(Conflict):
    """Raised with the code and the sentence of ``portal.reads.eligibility.MESSAGES``."""

    code = "cant_be_given"
    message = "This person can't be given the case."


class ReadingPaused(Conflict):
    code = "reading_paused"
    message = "Reading is paused by the coordinator. Your work is kept; go on when it is resumed."

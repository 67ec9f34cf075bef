from portal.core.errors import Conflict


class AdjudicationTaken(Conflict):
    code = "adjudication_taken"
    message = "Another adjudicator has begun to settle this case."


class AdjudicationClosed(Conflict):
    code = "adjudication_closed"
    message = "This case is settled, or a reading was taken back. There is nothing to settle."


class NotStarted(Conflict):
    code = "adjudication_not_started"
    message = "Begin to settle the case first."


class DecisionStale(Conflict):
    code = "decision_stale"
    message = "A contour was changed elsewhere since. Look at it again, then decide."


class DecisionGone(Conflict):
    code = "decision_gone"
    message = "This decision was undone, or another took its place."


class NotLocked(Conflict):
    code = "case_not_locked"
    message = "Only a locked case can be reopened."

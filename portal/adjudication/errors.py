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

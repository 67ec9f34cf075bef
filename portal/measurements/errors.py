from portal.core.errors import Conflict, InvalidInput


class StaleSubmit(Conflict):
    """``details`` lists what was named in another version than the server holds, or not at all."""

    code = "stale_submit"
    message = "Something changed since you looked. Look at it again, then submit."


class SubmitIncomplete(InvalidInput):
    """``details.missing`` lists what still has to be drawn, accepted or answered."""

    code = "submit_incomplete"
    message = "Something is still missing."

from portal.core.errors import Conflict, InvalidInput, NotAllowed


class NotTheChair(NotAllowed):
    code = "not_the_chair"
    message = "Only the chair of the meeting does this."


class NotLive(Conflict):
    code = "meeting_not_live"
    message = "The meeting isn't running."


class AlreadyStarted(Conflict):
    code = "meeting_started"
    message = "The meeting has begun: this can't be changed any more."


class NothingOnTheTable(Conflict):
    code = "nothing_on_the_table"
    message = "No case is on the table. The chair opens one from the agenda."


class NoVoteNow(Conflict):
    code = "no_vote_now"
    message = "There is no vote going on."


class PenTaken(Conflict):
    code = "pen_taken"
    message = "Somebody else has the pen. Ask for it, or wait until it is free."


class PenNeeded(Conflict):
    code = "pen_needed"
    message = "This case is on the table of a meeting. Take the pen there to change its reference."


class ChairIsHere(Conflict):
    code = "chair_is_here"
    message = "The chair is in the meeting. They can hand the chair over."


class MinutesChanged(Conflict):
    code = "minutes_changed"
    message = "The minutes were changed meanwhile. Both versions are here: put them together."


class WrongCase(InvalidInput):
    code = "wrong_case"
    message = "A meeting is about cases whose reads are all in, and its chair hasn't read them."

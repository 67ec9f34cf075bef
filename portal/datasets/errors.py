from portal.core.errors import Conflict, InvalidInput


class NothingLocked(Conflict):
    code = "nothing_locked"
    message = "No case is locked yet, or all are held out for tests. Lock cases first."


class BadFractions(InvalidInput):
    code = "bad_fractions"
    message = "Fractions for train, validation and test must be 0 or more and add up to 1."

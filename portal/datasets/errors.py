from portal.core.errors import Conflict, InvalidInput


class DatasetWithdrawn(Conflict):
    code = "dataset_withdrawn"
    message = (
        "A subject of this dataset was withdrawn, so it can't be used any more. Freeze a new "
        "version; it leaves the subject out."
    )


class TestSetWithdrawn(Conflict):
    __test__ = False

    code = "test_set_withdrawn"
    message = "A subject of this test set was withdrawn, so it can't be used. Freeze a new one."


class NothingLocked(Conflict):
    code = "nothing_locked"
    message = "No case is locked yet, or all are held out for tests. Lock cases first."


class BadFractions(InvalidInput):
    code = "bad_fractions"
    message = "Fractions for train, validation and test must be 0 or more and add up to 1."

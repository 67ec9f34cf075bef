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
    message = (
        "No locked case is free: those of test sets go into no dataset, those of datasets into no "
        "test set. Lock cases first."
    )


class BadFractions(InvalidInput):
    code = "bad_fractions"
    message = "Fractions for train, validation and test must be 0 or more and add up to 1."


class SplitLeaks(Conflict):
    code = "split_leaks"
    message = (
        "The same images would lie on two sides of the split. Nothing was frozen; tell whoever "
        "runs this installation."
    )


class HeldOut(Conflict):
    code = "held_out"
    message = (
        "A frozen test set has a patient or an image of this dataset, so it can't be trained on. "
        "Freeze a new version; it leaves the case out."
    )


class ReadsNotInYet(Conflict):
    code = "reads_not_in_yet"
    message = (
        "Raw reads can't be taken of some cases: none was made here, or somebody is still to read "
        "them. Leave these cases out, or freeze without raw reads."
    )


class WithoutManifest(Conflict):
    code = "without_manifest"
    message = "This version was frozen before there were manifests. Freeze a new one."


class NotComparable(Conflict):
    code = "not_comparable"
    message = "Only versions of one project can be compared, and both need a manifest."

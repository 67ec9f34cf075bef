"""Patient-level splits: every study of one patient falls on the same side. Pure."""

import hashlib
from collections.abc import Iterable

from cmrkit.contracts import Split
from portal.datasets.errors import BadFractions

ORDER = (Split.TRAIN, Split.VALIDATION, Split.TEST)


def in_order(patients: Iterable[str], seed: int) -> list[str]:
    """In an order that depends on the seed and each patient's own hash alone."""
    return sorted(set(patients), key=lambda p: hashlib.sha256(f"{seed}|{p}".encode()).hexdigest())


def split_patients(
    patients: Iterable[str], fractions: dict[str, float], seed: int
) -> dict[str, Split]:
    """Patient -> split. Patients are put in an order that depends on the seed and their own hash
    alone, then cut at the fractions; with any training fraction at least one patient trains, with
    none nobody does."""
    shares = [float(fractions.get(s.value, 0.0)) for s in ORDER]
    if min(shares) < 0 or abs(sum(shares) - 1) > 1e-6:
        raise BadFractions()
    ordered = in_order(patients, seed)
    n = len(ordered)
    n_validation = min(round(shares[1] * n), n - 1 if shares[0] else n)
    if shares[0]:
        n_test = min(round(shares[2] * n), n - n_validation - 1)
    elif shares[2]:
        n_test = n - n_validation
    else:
        n_validation, n_test = n, 0
    n_train = n - n_validation - n_test
    found = {}
    for index, patient in enumerate(ordered):
        if index < n_train:
            found[patient] = Split.TRAIN
        else:
            found[patient] = Split.VALIDATION if index < n_train + n_validation else Split.TEST
    return found

"""Which groups of cases have too few labels."""

from collections import Counter
from collections.abc import Sequence


def need_by_stratum(candidates: Sequence[str], labelled: Sequence[str]) -> dict[str, float]:
    """How much each stratum of the candidates lacks, between 0 and 1.

    Every stratum is owed the same number of labels: those given so far and one more, divided by the
    strata that there are. 1 for a stratum without any label, 0 for one that has its share or more.
    """
    names = sorted({*candidates, *labelled})
    counts = Counter(labelled)
    owed = (len(labelled) + 1) / max(1, len(names))
    return {name: max(0.0, 1 - counts[name] / owed) for name in sorted(set(candidates))}

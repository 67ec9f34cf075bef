"""Shares, such as that of one vendor or of drafts that were thrown away."""

from collections.abc import Sequence

import numpy as np

from cmrkit.drift.chart import Values, Week


def share_weeks(
    reference: Sequence[bool], weeks: Sequence[Sequence[bool]]
) -> tuple[Values, list[Week], float]:
    """Values, weeks and standard deviation of a yes-or-no for :func:`control_chart`.

    A share that was 0 or 1 in the reference has no spread of its own; one more yes and one more no
    are added before the standard deviation is taken (Agresti and Coull's idea), so that the first
    case of a kind never seen isn't an alarm by itself, and many of them are.
    """
    values = np.asarray(reference, dtype=np.float64)
    share = (values.sum() + 1) / (len(values) + 2)
    found = [Week(float(np.mean(week)) if len(week) else 0.0, len(week)) for week in weeks]
    return values, found, float(np.sqrt(share * (1 - share)))

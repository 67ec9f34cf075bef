"""Is what was drawn on a long axis a long axis: an open ventricle with its atrium."""

import numpy as np

from cmrkit.quality.finding import Finding, Severity
from cmrkit.quality.shapes import LV, Labels, Mask, open_share

LA = 4
CLOSED = 0.08  # a cavity whose border has less than this without muscle is a ring: a short axis
MOSTLY = 0.5


def chamber_findings(labels: Labels, present: Mask) -> tuple[Finding, ...]:
    """For labels (slice, phase, row, column) of a long-axis model: 3 LV cavity, 4 left atrium;
    ``present`` says which frames exist. Refuses where no LV is, and where it is a closed ring
    without an atrium in most frames; flags an atrium that is missing in more than half of them."""
    frames = [labels[s, p] for s, p in np.argwhere(present)]
    drawn = [frame for frame in frames if (frame == LV).any()]
    if len(drawn) < MOSTLY * len(frames) or not drawn:
        return (
            Finding(
                "no_heart_found",
                "A left ventricle was found in few frames or none. Check that these are two- or "
                "four-chamber images of a heart.",
                severity=Severity.REFUSAL,
            ),
        )
    alone = [frame for frame in drawn if not (frame == LA).any()]
    rings = [frame for frame in alone if open_share(frame) < CLOSED]
    if len(rings) > MOSTLY * len(drawn):
        return (
            Finding(
                "not_long_axis",
                "The ventricle is a closed ring without an atrium, as on the short axis. Choose a "
                "two- or four-chamber cine.",
                severity=Severity.REFUSAL,
            ),
        )
    if len(alone) > MOSTLY * len(drawn):
        return (Finding("no_left_atrium", "No left atrium was found: no valve, and no volume."),)
    return ()

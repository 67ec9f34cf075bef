"""What a NIfTI file can't say, as JSON beside it: contours, timing, geometry, references."""

from typing import Any

from cmrkit.contracts import StackLabels, StackMeta
from cmrkit.writers.masks import LABEL_VALUES, check_frames


def sidecar_json(
    meta: StackMeta, labels: StackLabels, phases: dict[str, int], about: dict[str, Any]
) -> dict[str, Any]:
    """Polygons are (column, row) pixels, (0, 0) the centre of the first pixel; positions are LPS
    mm (NIfTI's are RAS); times are ms after the R wave, null where the images don't say.

    Raises what :func:`check_frames` raises.
    """
    check_frames(meta, labels)
    return {
        **about,
        "labels": LABEL_VALUES,
        "phases": {
            name: {
                "index": phase,
                "trigger_times_ms": [row[phase] for row in meta.trigger_times_ms],
                "sop_instance_uids": [
                    None if (frame := row[phase]) is None else frame.sop_instance_uid
                    for row in meta.frames
                ],
            }
            for name, phase in phases.items()
        },
        "rr_interval_ms": meta.rr_interval_ms,
        "pixel_spacing_mm": list(meta.pixel_spacing_mm),
        "slice_spacing_mm": meta.slice_spacing_mm,
        "spacing_assumed": meta.spacing_assumed,
        "slice_positions_lps_mm": [list(position) for position in meta.slice_positions_mm],
        "row_direction_lps": list(meta.row_direction),
        "column_direction_lps": list(meta.column_direction),
        "contours": labels.to_json()["frames"],
    }

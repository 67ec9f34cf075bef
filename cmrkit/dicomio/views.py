"""The view from geometry: of one stack alone, then of a study's stacks by each other.

Directions are DICOM LPS. The left ventricle's long axis points from base to apex: to the left,
forwards and down in nearly everybody. Around it, the angle of a plane that contains it is counted
from the horizontal line towards the front: the four-chamber plane lies near 15 degrees, the
two-chamber plane near 90, the three-chamber plane near 140.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts.kinds import SequenceKind, TimeAxis, View
from cmrkit.dicomio.evidence import Evidence
from cmrkit.dicomio.facts import Facts

Direction = NDArray[np.float64]
USUAL_LONG_AXIS: Direction = np.array([0.65, -0.55, -0.52]) / np.linalg.norm([0.65, -0.55, -0.52])
_BODY_PLANE = 0.97  # |cosine| with a body axis: within 14 degrees
_LIKE_LONG_AXIS = 0.80  # within 37 degrees: people differ, and so do table positions
_ACROSS_LONG_AXIS = 0.40  # planes that contain it, within 24 degrees
_PARALLEL, _CONTAINS = 0.96, 0.26  # to a known short axis: within 16 and 15 degrees
_ANGLES = {View.CH4: 15.0, View.CH2: 90.0, View.CH3: 140.0}
_SOURCE, _STUDY = "geometry", "study"
_BODY = (View.SAGITTAL, View.CORONAL, View.AXIAL)


def alone(facts: Facts) -> Iterator[Evidence]:
    """What the planes of one stack say by themselves."""
    normal = np.asarray(facts.normal)
    largest = int(np.argmax(np.abs(normal)))
    if abs(normal[largest]) > _BODY_PLANE:
        said = "the planes follow the body, not the heart"
        yield Evidence(_BODY[largest], 0.8, said, _SOURCE)
        return
    along = abs(float(normal @ USUAL_LONG_AXIS))
    many = facts.n_slices >= 5 and not facts.three_d
    if many and along >= _ACROSS_LONG_AXIS:
        confidence = 0.8 if along >= _LIKE_LONG_AXIS else 0.6
        said = f"{facts.n_slices} parallel oblique planes across the heart's usual axis"
        yield Evidence(View.SAX, confidence, said, _SOURCE)
    elif along >= _LIKE_LONG_AXIS and not facts.three_d:
        yield Evidence(View.SAX, 0.5, "oblique, across the heart's usual axis", _SOURCE)
    elif along < _ACROSS_LONG_AXIS and not facts.three_d:
        yield from _around(normal, USUAL_LONG_AXIS, 0.3, "the heart's usual axis")


def beside(facts: Facts, long_axis: Direction) -> Iterator[Evidence]:
    """What the planes say once a short-axis stack of the same study gives the long axis."""
    normal = np.asarray(facts.normal)
    along = abs(float(normal @ long_axis))
    if facts.three_d:
        return
    if along >= _PARALLEL:
        yield Evidence(View.SAX, 0.8, "parallel to the study's short-axis stack", _STUDY)
    elif along <= _CONTAINS:
        yield from _around(normal, long_axis, 0.6, "the study's long axis")


def _around(
    normal: Direction, long_axis: Direction, confidence: float, of: str
) -> Iterator[Evidence]:
    """The long-axis view whose angle is nearest, the less sure the further away."""
    angle = angle_around(normal, long_axis)
    if angle is None:
        return
    distances = {view: _apart(angle, middle) for view, middle in _ANGLES.items()}
    view = min(distances, key=lambda v: (distances[v], v.value))
    share = max(0.0, 1 - distances[view] / 45)
    said = f"contains {of}, turned by {angle:.0f} degrees"
    yield Evidence(
        view, round(confidence * share, 3), said, _STUDY if confidence > 0.5 else _SOURCE
    )


def angle_around(normal: Direction, long_axis: Direction) -> float | None:
    """Degrees (0 to 180) of the line in which a plane cuts the short-axis plane, from the
    horizontal line of that plane towards the front and head; None for a plane across the axis,
    or an axis that stands upright."""
    lateral = np.cross([0.0, 0.0, 1.0], long_axis)
    line = np.cross(normal, long_axis)
    if np.linalg.norm(lateral) < 0.1 or np.linalg.norm(line) < 0.1:
        return None
    lateral = lateral / np.linalg.norm(lateral)
    upward = np.cross(long_axis, lateral)
    return float(np.degrees(np.arctan2(line @ upward, line @ lateral)) % 180)


def to_apex(normal: Direction) -> Direction:
    """The normal's direction that points from base to apex."""
    return normal if float(normal @ USUAL_LONG_AXIS) >= 0 else -normal


def gives_long_axis(kind: str, view: str, facts: Facts) -> bool:
    """Whether a stack is good enough to name the long axis by: a short-axis stack of slices."""
    fits = kind in (SequenceKind.CINE, SequenceKind.LGE, SequenceKind.LGE_PSIR)
    cyclic = facts.axis in (TimeAxis.CARDIAC_PHASE, TimeAxis.SINGLE, TimeAxis.ORDER)
    return view == View.SAX and fits and cyclic and facts.n_slices >= 3


def _apart(a: float, b: float) -> float:
    difference = abs(a - b) % 180
    return min(difference, 180 - difference)

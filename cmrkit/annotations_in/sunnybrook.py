"""Contour files of the Sunnybrook Cardiac Data, linked to images by InstanceNumber.

``IM-0001-NNNN-icontour-manual.txt`` was drawn on ``NNNN.dcm``, and in the three studies looked at
(700 files) NNNN is that file's InstanceNumber.
"""

from collections.abc import Mapping

from cmrkit.annotations_in.model import ImportedContour, ImportedLabels, Notes, open_polygon
from cmrkit.annotations_in.targets import Targets
from cmrkit.dicomio.sunnybrook import STRUCTURES, named, polygon_of
from cmrkit.errors import AnnotationsDoNotFit, UnreadableAnnotations

KIND = "sunnybrook"
FrameKey = tuple[str, int]


def read_sunnybrook(files: Mapping[str, bytes], targets: Targets) -> ImportedLabels:
    """Contours of the files by name. Raises UnreadableAnnotations where none is of that kind or a
    file isn't two columns of numbers, AnnotationsDoNotFit where no number is an image's."""
    places, notes = _places(targets), Notes()
    contours: list[ImportedContour] = []
    n_files = n_drawn = 0
    for file_name in sorted(files):
        name = named(file_name)
        if name is None:
            continue
        n_files += 1
        number, kind = name
        if kind not in STRUCTURES:
            notes.add("papillary_muscle", "Papillary muscle contours (p1, p2) are left out.")
            continue
        n_drawn += 1
        polygon = open_polygon(polygon_of(files[file_name]))
        found = places.get(number, [])
        if len(found) != 1:
            notes.add("unknown_image", "No single image of the stack has the contour's number.")
        else:
            contour = ImportedContour(STRUCTURES[kind], *found[0], (polygon,), f"{kind}contour")
            contours.append(contour)
    if not n_files:
        raise UnreadableAnnotations(
            "There are no Sunnybrook contours here. Their files are named like "
            "IM-0001-0048-icontour-manual.txt."
        )
    if n_drawn and not contours:
        raise AnnotationsDoNotFit(
            "None of the contours has the number of an image of this case. Is it another patient's?"
        )
    return ImportedLabels(KIND, tuple(contours), notes.all())


def _places(targets: Targets) -> dict[int, list[FrameKey]]:
    """Single-frame images of the stack by InstanceNumber."""
    frames = targets.by_uid()
    found: dict[int, list[FrameKey]] = {}
    for uid, number in targets.instance_numbers.items():
        if (uid, 1) in frames:
            found.setdefault(number, []).append((uid, 1))
    return found

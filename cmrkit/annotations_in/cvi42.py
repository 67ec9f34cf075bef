"""Workspaces of Circle cvi42, exported as XML (``.cvi42wsx``).

What is known of the form is public practice, not a specification: nodes carry ``Hash:key``; under
``ImageStates`` each key is a SOPInstanceUID, under its ``Contours`` each key is the name of a
contour, whose ``Points`` are ``Point:x`` and ``Point:y`` in pixels times ``SubpixelResolution``.
(ukbb_cardiac's ``parse_cvi42_xml.py`` and others read it so.) The XML is read as a stream that
refuses every document type, so that no entity is ever expanded.
"""

import re
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from cmrkit.annotations_in.model import (
    ImportedContour,
    ImportedLabels,
    Notes,
    open_polygon,
    shown,
)
from cmrkit.annotations_in.targets import Targets
from cmrkit.contracts import StructureCode
from cmrkit.contracts.labels import Polygon
from cmrkit.errors import AnnotationsDoNotFit, UnreadableAnnotations

KIND = "cvi42"
_STRUCTURES = {
    "saendocardialContour": StructureCode.LV_ENDO,
    "saepicardialContour": StructureCode.LV_EPI,
    "sarvendocardialContour": StructureCode.RV_ENDO,
}
_COUNTED = re.compile(r"\d{4}$")  # a further contour of the same name
_MAX_DEPTH = 200
_KEY = "Hash:key"


@dataclass
class _Raw:
    """A contour as it stands in the file."""

    uid: str
    name: str
    scale: float = 1.0
    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)


def read_cvi42(data: bytes, targets: Targets) -> ImportedLabels:
    """Short-axis contours of a workspace on the frames of the stack; all else is noted.

    Raises UnreadableAnnotations for XML that is broken, has a document type or holds no contours,
    AnnotationsDoNotFit where none of its images is in the stack.
    """
    raw = parse_workspace(data)
    if not raw:
        raise UnreadableAnnotations(
            "There are no contours in this XML. Export the workspace as .cvi42wsx with contours."
        )
    frames, notes = targets.by_uid(), Notes()
    parts: dict[tuple[StructureCode, str, int], list[Polygon]] = {}
    known_images = 0
    for one in raw:
        key = targets.named(one.uid)
        if key not in frames:
            notes.add("unknown_image", "Contours of images that aren't in the stack.")
            continue
        known_images += 1
        structure = _STRUCTURES.get(_COUNTED.sub("", one.name))
        if structure is None:
            notes.add("not_mapped", f"{shown(one.name)}: no structure of the protocol.")
            continue
        polygon = open_polygon((x / one.scale, y / one.scale) for x, y in zip(one.x, one.y))  # noqa: B905
        if len(one.x) != len(one.y) or len(polygon) < 3:
            notes.add("too_few_points", f"{shown(one.name)}: fewer than three points.")
            continue
        parts.setdefault((structure, *key), []).append(polygon)
    if not known_images:
        raise AnnotationsDoNotFit("The workspace is of other images than this case's.")
    names = {code: name for name, code in _STRUCTURES.items()}
    contours = tuple(
        ImportedContour(code, uid, number, tuple(found), names[code])
        for (code, uid, number), found in sorted(parts.items())
    )
    return ImportedLabels(KIND, contours, notes.all())


def workspace_uids(data: bytes) -> set[str]:
    """The SOPInstanceUIDs of images with contours."""
    return {one.uid for one in parse_workspace(data)}


def parse_workspace(data: bytes) -> list[_Raw]:
    """Every contour of the file. Raises UnreadableAnnotations."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        raise UnreadableAnnotations(
            "This can't be read as a cvi42 workspace: the XML is damaged. Export it again."
        ) from error
    return reader.found


def _refuse(*_: object) -> NoReturn:
    raise UnreadableAnnotations(
        "The XML declares a document type or entities. cvi42 writes none: leave the file out."
    )


class _Reader:
    """Follows the keys from the root to the element at hand."""

    def __init__(self) -> None:
        self.found: list[_Raw] = []
        self._keys: list[str] = []
        self._text: list[str] = []
        self._open: _Raw | None = None
        self._depth = 0  # of the open contour

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._keys.append(attributes.get(_KEY, ""))
        self._text = []
        if len(self._keys) > _MAX_DEPTH:
            raise UnreadableAnnotations("The XML is nested deeper than any workspace.")
        match self._keys[-4:]:
            case ["ImageStates", uid, "Contours", key] if self._open is None and key:
                self._open, self._depth = _Raw(uid=uid, name=key), len(self._keys)

    def text(self, data: str) -> None:
        if self._open is not None:
            self._text.append(data)

    def end(self, name: str) -> None:
        if self._open is not None:
            self._take(name)
            if len(self._keys) == self._depth:
                self.found.append(self._open)
                self._open = None
        self._keys.pop()

    def _take(self, name: str) -> None:
        """A coordinate or the divisor, at the end of its element."""
        assert self._open is not None
        inside = self._keys[self._depth :]
        if name in ("Point:x", "Point:y") and inside[:1] == ["Points"]:
            (self._open.x if name == "Point:x" else self._open.y).append(self._number())
        elif inside == ["SubpixelResolution"]:
            self._open.scale = self._number()
            if self._open.scale <= 0:
                raise UnreadableAnnotations("A contour's SubpixelResolution isn't positive.")

    def _number(self) -> float:
        value = float("".join(self._text))
        if not abs(value) < 1e9:
            raise ValueError(value)
        return value

"""Where the contours of a read may lie: frames by stack, and what is drawn on each."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from cmrkit.contracts.drawings import SHORT_AXIS
from portal.annotations.content import ContourKey, FrameKey, Parts, frame_positions, within
from portal.imaging.models import Stack
from portal.protocols.schema import Rules
from portal.reads.beside import stacks_beside, structures_on
from portal.reads.models import Read


@dataclass(frozen=True)
class Canvas:
    """One stack as something to draw on."""

    frames: Collection[FrameKey]
    structures: tuple[str, ...]
    rows: int
    columns: int

    @classmethod
    def of(cls, stack: Stack, structures: tuple[str, ...]) -> "Canvas":
        meta: dict[str, Any] = stack.meta
        frames = frame_positions(stack.addresses)
        return cls(frames, structures, meta["rows"], meta["columns"])

    def holds(self, parts: Parts) -> bool:
        return within(parts, rows=self.rows, columns=self.columns)


class Canvases:
    """The read's own stack, and those beside it, which are asked for once something lies there."""

    def __init__(self, read: Read, rules: Rules) -> None:
        self._read = read
        self._asked = set(rules.structures)
        self._own = Canvas.of(read.stack, structures_on(rules, SHORT_AXIS))
        self._beside: list[Canvas] | None = None

    def problem_of(self, key: ContourKey, parts: Parts) -> str:
        """Why no contour can lie there, as a code; empty where it can."""
        if key.structure not in self._asked:
            return "unknown_structure"
        canvas = self._canvas(key.frame)
        if canvas is None:
            return "unknown_frame"
        if key.structure not in canvas.structures:
            return "structure_elsewhere"
        return "" if canvas.holds(parts) else "outside_image"

    def _canvas(self, frame: FrameKey) -> Canvas | None:
        if frame in self._own.frames:
            return self._own
        if self._beside is None:
            found = stacks_beside(self._read)
            self._beside = [Canvas.of(beside.stack, beside.structures) for beside in found]
        return next((canvas for canvas in self._beside if frame in canvas.frames), None)

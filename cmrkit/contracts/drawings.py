"""What is drawn on stacks of a kind and view, and the task of the models that draw it."""

from dataclasses import dataclass

from cmrkit.contracts.kinds import SequenceKind, View
from cmrkit.contracts.labels import EnhancementCode, LongAxisCode, StructureCode


@dataclass(frozen=True)
class Drawing:
    """``task``: the word in a model's card. ``structures``: codes in the order of their list."""

    task: str
    kinds: frozenset[SequenceKind]
    views: frozenset[View]
    structures: tuple[str, ...]

    def fits(self, kind: str, view: str) -> bool:
        return kind in self.kinds and view in self.views


SHORT_AXIS = Drawing(
    task="cine-sax",
    kinds=frozenset({SequenceKind.CINE}),
    views=frozenset({View.SAX, View.UNKNOWN}),
    structures=tuple(str(code) for code in StructureCode),
)
LONG_AXIS = Drawing(
    task="cine-lax",
    kinds=frozenset({SequenceKind.CINE}),
    views=frozenset({View.CH2, View.CH4}),
    structures=tuple(str(code) for code in LongAxisCode),
)
ENHANCEMENT = Drawing(
    task="lge-sax",
    kinds=frozenset({SequenceKind.LGE, SequenceKind.LGE_PSIR}),
    views=frozenset({View.SAX}),
    structures=tuple(str(code) for code in EnhancementCode),
)
DRAWINGS = (SHORT_AXIS, LONG_AXIS, ENHANCEMENT)
DRAWN = tuple(dict.fromkeys(code for drawing in DRAWINGS for code in drawing.structures))
"""Every structure that can be drawn anywhere."""


def drawing_of(kind: str, view: str) -> Drawing | None:
    """What is drawn on such stacks; None where nothing is."""
    return next((drawing for drawing in DRAWINGS if drawing.fits(kind, view)), None)

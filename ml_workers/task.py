"""What a model draws: the words that its labels stand for, and the images it is made for."""

from dataclasses import dataclass
from typing import Any

from cmrkit.contracts.kinds import SequenceKind

_NOT_FOR = ["long axis", "maps", "flow", "congenital heart disease"]


@dataclass(frozen=True, eq=False)  # there is one of each: told apart by identity
class Task:
    """``name`` stands in ``model.json``; a package without one draws short-axis cine. ``left``: the
    labels that make up the left ventricle. ``middle``: how far from the image's middle a heart is
    looked for, as the standard deviation in parts of the image; 0 where models were trained on
    what lies further out, too."""

    name: str
    labels: dict[str, str]
    kinds: frozenset[SequenceKind]
    intended_use: str
    scope: dict[str, Any]
    left: tuple[int, ...]
    middle: float = 0.0


CINE_SAX = Task(
    name="cine-sax",
    labels={"0": "background", "1": "RV cavity", "2": "myocardium", "3": "LV cavity"},
    kinds=frozenset({SequenceKind.CINE}),
    intended_use="Drafts of short-axis cine contours for research; a person decides.",
    scope={
        "modality": "MR",
        "sequence": "balanced steady-state cine",
        "view": "short axis",
        "papillary_muscles": "in the cavity",
        "not_for": ["long axis", "late enhancement", *_NOT_FOR[1:]],
    },
    left=(2, 3),
)
LGE_SAX = Task(
    name="lge-sax",
    labels={
        "0": "background",
        "1": "LV cavity",
        "2": "myocardium without scar",
        "3": "scar",
        "4": "no-reflow",
    },
    kinds=frozenset({SequenceKind.LGE, SequenceKind.LGE_PSIR}),
    intended_use="Drafts of scar on short-axis late enhancement for research; a person decides.",
    scope={
        "modality": "MR",
        "sequence": "inversion recovery late after contrast, magnitude or phase-sensitive",
        "view": "short axis",
        "papillary_muscles": "in the cavity",
        "not_for": ["cine", *_NOT_FOR],
    },
    left=(1, 2, 3, 4),
    middle=0.15,
)
CINE_LAX = Task(
    name="cine-lax",
    labels={
        "0": "background",
        "1": "RV cavity",
        "2": "myocardium",
        "3": "LV cavity",
        "4": "left atrium",
        "5": "right atrium",
    },
    kinds=frozenset({SequenceKind.CINE}),
    intended_use="Drafts of long-axis cine contours for research; a person decides.",
    scope={
        "modality": "MR",
        "sequence": "balanced steady-state cine",
        "view": "two- and four-chamber",
        "papillary_muscles": "in the cavity",
        "not_for": [
            "short axis",
            "three-chamber view and outflow tracts",
            "late enhancement",
            *_NOT_FOR[1:],
        ],
    },
    left=(2, 3),
)
TASKS = {task.name: task for task in (CINE_SAX, LGE_SAX, CINE_LAX)}

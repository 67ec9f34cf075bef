"""One thing that a person should know before trusting a draft."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """``refusal``: no draft is made. ``problem``: the draft or the images are likely wrong
    somewhere. ``warning``: look twice. ``info``: says how numbers are to be read, nothing more."""

    REFUSAL = "refusal"
    PROBLEM = "problem"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """A stable code, a sentence for people, and the slice it is about (None: the whole stack).

    The sentence may name a slice or a number: it is for those who may see the draft. What others
    are told has neither (:func:`cmrkit.quality.catalogue.topic_of`).
    """

    code: str
    message: str
    slice_index: int | None = None
    severity: Severity = Severity.WARNING

    @property
    def refuses(self) -> bool:
        return self.severity is Severity.REFUSAL

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "slice": self.slice_index,
            "severity": str(self.severity),
        }

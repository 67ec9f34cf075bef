"""What records say about one item of a checklist."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.modelhub.card.records import Records


@dataclass(frozen=True)
class Answer:
    """``link``: the page of the portal that holds the record, from the root."""

    text: str
    link: str


Answers = dict[str, Callable[[Records], Answer | None]]
FOR_DATA = "On record; shown to those who may open datasets."
FOR_DRIFT = "On record; shown to data scientists and quality."


def joined(*answers: Answer | None) -> Answer | None:
    """What there is of several, under the link of the first."""
    found = [answer for answer in answers if answer is not None]
    return Answer(" ".join(a.text for a in found), found[0].link) if found else None

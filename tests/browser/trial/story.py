"""Who reads what in the trial, and with which hand: what its steps leave for one another."""

from typing import Any

from tests.browser.people import Person
from tests.browser.trial import acting
from tests.browser.trial.hearts import Heart

FAR_OFF = ("C0002", "C0003")  # one reader draws far too large
DISCORDANT = ("C0005", "C0010")  # the readers answer differently


class Trial:
    """What one step leaves for the next."""

    hearts: dict[str, Heart] = {}  # by case label
    reads: dict[str, dict[str, Any]] = {}  # as the coordinator sees them, by id

    @classmethod
    def heart(cls, read_id: str) -> Heart:
        return cls.hearts[cls.reads[read_id]["case"]]

    @classmethod
    def _is_second_reader(cls, read_id: str) -> bool:
        """Whether somebody else of an earlier name reads the case too."""
        row = cls.reads[read_id]
        names = sorted(r["reader"]["label"] for r in cls.reads.values() if r["case"] == row["case"])
        return bool(names[0] != row["reader"]["label"])

    @classmethod
    def hand(cls, name: str, read_id: str) -> float:
        row = cls.reads[read_id]
        far_off = row["case"] in FAR_OFF and cls._is_second_reader(read_id)
        return acting.hand(name, int(row["case"][1:]), again=row["duplicate"], far_off=far_off)

    @classmethod
    def quality(cls, read_id: str) -> str:
        label = cls.reads[read_id]["case"]
        other = label in DISCORDANT and cls._is_second_reader(read_id)
        return acting.QUALITIES[(int(label[1:]) + other) % len(acting.QUALITIES)]


def read_all(reader: Person, name: str) -> None:
    for read_id in acting.work_of(reader):
        acting.draw(reader, read_id, Trial.heart(read_id), Trial.hand(name, read_id))
        acting.answer_and_submit(reader, read_id, Trial.quality(read_id))
    assert acting.work_of(reader) == []

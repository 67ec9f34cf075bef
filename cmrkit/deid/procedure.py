"""What a project chose: the profile, its version and the options, under one name."""

from dataclasses import dataclass
from enum import StrEnum

NONE = "none-v1"
BASIC = "basic-2026c-v1"


class Option(StrEnum):
    """What may stay. Each is an option of PS3.15 E.3, narrowed to what reading CMR needs."""

    DATES = "dates"  # dates shifted by a number of days that is the patient's own
    PATIENT = "patient"  # sex, age, height, weight
    DEVICE = "device"  # station, serial number, software
    UIDS = "uids"  # UIDs as sent


_CODES = {
    Option.DATES: ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    Option.PATIENT: ("113108", "Retain Patient Characteristics Option"),
    Option.DEVICE: ("113109", "Retain Device Identity Option"),
    Option.UIDS: ("113110", "Retain UIDs Option"),
}
_ALWAYS = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113104", "Clean Structured Content Option"),
    ("113105", "Clean Descriptors Option"),
    ("113111", "Retain Safe Private Option"),
)


@dataclass(frozen=True)
class Procedure:
    """The basic profile of PS3.15 (edition 2026c) with the chosen options.

    Descriptors and structured content are always cleaned, and the private elements that CMR needs
    always kept (PS3.15 E.3.4, E.3.5, E.3.10).
    """

    options: frozenset[Option] = frozenset()

    @property
    def name(self) -> str:
        """Such as ``basic-2026c-v1+dates+patient``; stored with every study."""
        return "+".join([BASIC, *sorted(self.options)])

    @property
    def codes(self) -> tuple[tuple[str, str], ...]:
        """(code value, meaning) of DCM context group 7050, for the header."""
        return (*_ALWAYS, *(_CODES[option] for option in sorted(self.options)))


def procedure_named(name: str) -> Procedure | None:
    """The procedure of a name; None for ``none-v1``.

    Raises ValueError for a name that this version doesn't know.
    """
    if name == NONE:
        return None
    profile, *options = name.split("+")
    if profile != BASIC:
        raise ValueError(f"unknown procedure {profile}")
    procedure = Procedure(frozenset(Option(text) for text in options))
    if procedure.name != name:
        raise ValueError("options are sorted and named once")
    return procedure

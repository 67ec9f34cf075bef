"""One number or answer of one author, as tables and reports take it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """``author`` is a pseudonym, or ``reference`` for the signed standard; ``role`` is
    ``reference`` or ``reader``. Numbers have ``value`` and ``unit``, answers ``text``."""

    author: str
    role: str
    name: str
    value: float | None = None
    unit: str = ""
    text: str = ""
    drafted_by_ai: bool = False


UNITS = {
    # name: UCUM unit
    "edv_ml": "mL",
    "esv_ml": "mL",
    "sv_ml": "mL",
    "ef_percent": "%",
    "mass_g": "g",
    "rv_edv_ml": "mL",
    "rv_esv_ml": "mL",
    "rv_sv_ml": "mL",
    "rv_ef_percent": "%",
}

"""Why readings that differ go to an adjudicator: the protocol's rules, with numbers. Pure."""

from typing import Any

from portal.protocols.schema import Rules
from portal.protocols.schema.words import ASSESSABLE

TITLES = {
    "edv_ml": "EDV",
    "esv_ml": "ESV",
    "ef_percent": "EF",
    "mass_g": "Mass",
}
Reason = dict[str, Any]  # code, message, numbers


def reason(code: str, message: str, **numbers: Any) -> Reason:
    return {"code": code, "message": message, "numbers": numbers}


def reasons_of(rules: Rules, found: dict[str, Any], drawn: dict[str, set[str]]) -> list[Reason]:
    """Of what the comparison found; ``drawn``: structures by reading. One reading alone gives no
    reason but a structure that it lacks."""
    wanted = rules.adjudication
    reasons = _discord(found["answers"], all_of_them=wanted["class_discord"])
    if wanted["bands"]:
        reasons += _bands(found["differences"])
        reasons += _dice(found["dice"], rules.bands.get("dice_min"))
    reasons += _crossing(found["differences"], wanted["ef_crossing"])
    if wanted["missing_structure"]:
        reasons += _missing(rules, drawn)
    return reasons


def _discord(answers: list[dict[str, Any]], *, all_of_them: bool) -> list[Reason]:
    """That a case can be assessed must be settled in any case: there is nothing else to compare."""
    return [
        reason("class_discord", f"{row['title']} differs.", question=row["question"])
        for row in answers
        if not row["same"] and (all_of_them or row["question"] == ASSESSABLE)
    ]


def _bands(differences: list[dict[str, Any]]) -> list[Reason]:
    reasons = []
    for row in differences:
        if not row["exceeds"]:
            continue
        title, unit, band = TITLES.get(row["name"], row["name"]), row["unit"], row["band"]
        held = sum(value is not None for value in row["values"].values())
        if held < len(row["values"]):
            message = f"Only {held} of {len(row['values'])} readings have {title}."
        else:
            message = f"{title} differs by {row['spread']:.1f} {unit} (band {band:g})."
        reasons.append(
            reason("band", message, measure=row["name"], spread=row["spread"], band=band)
        )
    return reasons


def _dice(rows: list[dict[str, Any]], least: float | None) -> list[Reason]:
    return [
        reason(
            "band",
            f"Dice of {row['structure']} is {row['pooled']:.2f} (at least {least:g}).",
            measure="dice",
            structure=row["structure"],
            value=row["pooled"],
            band=least,
        )
        for row in rows
        if least is not None and row["pooled"] is not None and row["pooled"] < least
    ]


def _crossing(differences: list[dict[str, Any]], thresholds: list[float]) -> list[Reason]:
    """A threshold with readings below it and readings at or above it."""
    values = [
        value
        for row in differences
        if row["name"] == "ef_percent"
        for value in row["values"].values()
        if value is not None
    ]
    if len(values) < 2:
        return []
    low, high = min(values), max(values)
    return [
        reason(
            "ef_crossing",
            f"EF lies on both sides of {limit:g} % ({low:.1f} to {high:.1f} %).",
            threshold=limit,
            lowest=low,
            highest=high,
        )
        for limit in thresholds
        if low < limit <= high
    ]


def _missing(rules: Rules, drawn: dict[str, set[str]]) -> list[Reason]:
    titles = {row["code"]: row.get("title", row["code"]) for row in rules.full["structures"]}
    reasons = []
    for code in rules.measured_structures:
        lacking = sum(code not in structures for structures in drawn.values())
        if lacking:
            reasons.append(
                reason(
                    "missing_structure",
                    f"{titles[code]} is missing in {lacking} of {len(drawn)} readings.",
                    structure=code,
                    missing=lacking,
                    readings=len(drawn),
                )
            )
    return reasons

"""What is seen of it in use: shadow drafts, drift, corrections."""

from typing import Any

from portal.modelhub.card.records import Records
from portal.modelhub.card.results import interval
from portal.modelhub.card.spoken import name_of
from portal.modelhub.papers import NOT_RECORDED, Fact, Facts, Note, Section, Table, said
from portal.modelhub.papers.paper import Block

FOR_OTHERS = "Shown to data scientists and quality."


def sections(found: Records) -> list[Section]:
    return [
        Section("Shadow drafts", _shadow(found)),
        Section("Drift alarms", _alarms(found)),
        Section("Corrections of its drafts", _corrections(found)),
    ]


def _shadow(found: Records) -> list[Block]:
    shadow = found.shadow
    if shadow is None:
        return [Note(FOR_OTHERS)]
    if shadow["started_at"] is None:
        return [Note("It never drafted in the shadow.")]
    counted, held = shadow["beside_champion"], shadow["beside_reference"]
    facts = Facts(
        [
            Fact("First in the shadow on", shadow["started_at"].date().isoformat()),
            Fact("Cases drafted", str(shadow["n_drafted"])),
            Fact("Cases that it could not draft", str(shadow["n_failed"])),
            Fact("Compared with the champion’s draft", str(counted["n"])),
            Fact("Compared with the reference", str(held["n"])),
        ]
    )
    blocks: list[Block] = [facts]
    if counted["rows"]:
        rows = [_shadow_row(row) for row in counted["rows"]]
        head = ["Dice, or this model minus champion", "Mean", "95 % interval", "n"]
        blocks.append(Table("Beside the champion’s drafts", head, rows))
    if held["rows"]:
        rows = [_held_row(row) for row in held["rows"]]
        head = ["Dice, or absolute error", "Champion", "This model", "Difference, 95 %", "n"]
        blocks.append(Table("Beside locked references", head, rows))
    if not (counted["rows"] and held["rows"]):
        blocks.append(Note(f"Numbers are shown from {shadow['least']} cases whose reads are in."))
    return blocks


def _shadow_row(row: dict[str, Any]) -> list[str]:
    return [
        name_of(row["name"]),
        said(row["mean"]),
        interval(row["low"], row["high"]),
        str(row["n"]),
    ]


def _held_row(row: dict[str, Any]) -> list[str]:
    between = interval(row["low"], row["high"])
    return [
        name_of(row["name"]),
        said(row["champion"]),
        said(row["shadow"]),
        between,
        str(row["n"]),
    ]


def _alarms(found: Records) -> list[Block]:
    if not found.sees_drift:
        return [Note(FOR_OTHERS)]
    if found.reference is None:
        return [Note("No reference period is chosen: drift is not charted.")]
    period = f"{found.reference.first_date} to {found.reference.last_date}"
    facts = Facts(
        [
            Fact("Reference period", period, f"{found.home}/models/drift"),
            Fact("Alarms since it is champion", str(len(found.alarms))),
        ]
    )
    rows = [[row.week_date.isoformat(), row.chart] for row in found.alarms]
    return [facts, Table("Alarms of the project", ["Week of", "Chart"], rows)] if rows else [facts]


def _corrections(found: Records) -> list[Block]:
    if not found.sees_drift:
        return [Note(FOR_OTHERS)]
    if not found.corrections:
        return [Note(f"How readers changed its drafts: {NOT_RECORDED}.")]
    return [
        Table(
            "How far readers moved its drafts",
            ["Structure, phase, site", "Cases", "Added path, mm", "Dice", "Edited", "Redrawn"],
            [_row(row) for row in found.corrections],
            "Groups of fewer than 5 cases show their count alone.",
        )
    ]


def _row(row: dict[str, Any]) -> list[str]:
    def number(name: str) -> str:
        return "not enough data" if row[name] is None else said(float(row[name]))

    return [
        f"{name_of(row['structure'])}, {row['phase']}, {row['site']}",
        str(row["n_cases"]),
        number("added_path_mm"),
        number("dice"),
        number("edited_share"),
        number("redrawn_share"),
    ]

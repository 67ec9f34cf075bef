"""What a run found, as Markdown tables."""

from typing import Any

Found = dict[str, Any]
ROLES = {"gate_champion": "gate patients", "reporting_champion": "reporting patients"}


def markdown_of(found: Found) -> str:
    parts = [
        *(_curves(found, role, where) for role, where in ROLES.items()),
        _rounds(found),
        _damaged(found),
        *(
            _saved(name, by_role[role], where)
            for name, by_role in found["labels_saved"].items()
            for role, where in ROLES.items()
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _curves(found: Found, role: str, where: str) -> str:
    curves = {name: by_role[role] for name, by_role in found["curves"].items()}
    head = [
        "labelled patients",
        *(f"Dice, {n}" for n in curves),
        *(f"EF error, {n}" for n in curves),
    ]
    rows = []
    for points in zip(*curves.values(), strict=True):
        dice = [_mean(point["dice"], 3) for point in points]
        error = [_mean(point["ef_mae_points"], 1) for point in points]
        rows.append([str(points[0]["labels"]), *dice, *error])
    return (
        f"Champions on the {where}: mean over seeds ± standard deviation.\n\n{_table(head, rows)}"
    )


def _rounds(found: Found) -> str:
    rows = [
        [
            f"{r['strategy']} {r['seed']}",
            str(len(r["labelled"])),
            f"{r['gate']['champion']['dice']:.3f}",
            f"{r['gate']['challenger']['dice']:.3f}",
            _number(r["gate"]["champion"]["ef_mae_points"]),
            _number(r["gate"]["challenger"]["ef_mae_points"]),
            _verdict(r),
        ]
        for r in found["rounds"]
    ]
    head = ["arm", "patients", "champion", "challenger", "its EF error", "challenger's", "gate"]
    return f"Every judgement, on the gate patients.\n\n{_table(head, rows)}"


def _damaged(found: Found) -> str:
    rows = [
        [
            str(len(r["labelled"])),
            f"{r['gate']['champion']['dice']:.3f}",
            f"{r['gate']['challenger']['dice']:.3f}",
            f"{r['reporting']['dice']:.3f}",
            _verdict(r),
        ]
        for r in found["damaged"]
    ]
    head = ["damaged patients", "champion", "challenger", "on reporting patients", "gate"]
    shift = found["setup"]["shift_px"]
    return f"Labels shifted by {shift} pixels, all else the same.\n\n{_table(head, rows)}"


def _saved(name: str, rows: list[Found], where: str) -> str:
    said = [[f"{row['labels']}", f"{row['reached']:.3f}", *_needed(row)] for row in rows]
    head = ["patients chosen", "Dice reached", "random needs", "saved"]
    return f"Labels saved by *{name}*, on the {where}.\n\n{_table(head, said)}"


def _needed(row: Found) -> list[str]:
    if row["needed"] is None:
        return ["more than were drawn", "not measurable"]
    saved = row["saved"]
    return [f"{row['needed']:.1f}", f"{saved:.1f}" if saved > 0 else "none"]


def _verdict(round_: Found) -> str:
    if round_["promoted"]:
        return "promoted"
    return f"refused: {', '.join(c.replace('_', ' ') for c in round_['refused_for'])}"


def _mean(value: Found, digits: int) -> str:
    if value["mean"] is None:
        return "-"
    sd = "" if value["sd"] is None else f" ± {value['sd']:.{digits}f}"
    return f"{value['mean']:.{digits}f}{sd}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

"""The README of a package, written from its ``model.json``."""

from typing import Any


def readme(card: dict[str, Any]) -> str:
    flags = [
        text
        for key, text in (
            ("noncommercial", "**Non-commercial use only.**"),
            ("demonstration", "**For demonstration only: deliberately undertrained.**"),
        )
        if card[key]
    ]
    data = [f"- {d['name']} ({d['licence']}): {d['use']}" for d in card["training_data"]]
    sections = [
        f"# {card['title']}",
        f"`{card['name']}` {card['version']}. Licence: {card['licence']}.",
        *flags,
        card["summary"],
        "## Trained on\n" + "\n".join(data),
        f"## How\n```\n{card['training_command']}\n```",
        *(_member(part) for part in card["weights"] if "made" in part),
        "## Measured",
        *([_table(metric) for metric in card["metrics"]] or ["Nothing yet."]),
        "## Limits\n" + "\n".join(f"- {limit}" for limit in card["limits"]),
        "## Files\n" + "\n".join(f"- `{p['file']}`: `{p['sha256']}`" for p in card["weights"]),
        f"Identity: `{card['weights_sha256']}`. Written from `model.json`.",
    ]
    return "\n\n".join(sections) + "\n"


def _member(part: dict[str, Any]) -> str:
    return f"`{part['file']}`: {part['made']}"


def _table(metric: dict[str, Any]) -> str:
    """A title, a note, and one line per row: name, value, 95 % interval, number."""
    lines = [f"### {metric['title']}", ""]
    if metric.get("note"):
        lines += [metric["note"], ""]
    lines += ["| | value | 95 % interval | n |", "| --- | --- | --- | --- |"]
    for row in metric["rows"]:
        between = f"{row['low']} to {row['high']}" if "low" in row else ""
        lines.append(f"| {row['name']} | {row['value']} | {between} | {row.get('n', '')} |")
    return "\n".join(lines)

"""The datasheet as a text for people, with one table per property of the composition."""

from typing import Any

from ml_workers.exporting.readme import BANNER

_COLUMNS = ("train", "validation", "test", "all")
_TABLES = "composition"


def datasheet_text(dataset: dict[str, Any]) -> str:
    """Markdown."""
    sheet = dict(dataset.get("datasheet") or {})
    lines = [f"# {dataset.get('name')}, version {dataset.get('version')}", "", BANNER, ""]
    for name, value in sheet.items():
        if name != _TABLES:
            lines += [f"- **{name.replace('_', ' ').capitalize()}**: {_said(value)}"]
    composed = sheet.get(_TABLES) or {}
    if composed:
        lines += ["", "## Composition", "", _note(composed), ""]
    for name, rows in (composed.get("tables") or {}).items():
        lines += [f"### {name.replace('_', ' ').capitalize()}", ""]
        lines += ["| value | " + " | ".join(_COLUMNS) + " |", "| --- " * 5 + "|"]
        lines += [
            f"| {row['value']} | " + " | ".join(str(row[c]) for c in _COLUMNS) + " |"
            for row in rows
        ]
        lines.append("")
    return "\n".join(lines) + "\n"


def _note(composed: dict[str, Any]) -> str:
    return (
        f"Counts are {composed.get('unit')}s. Below {composed.get('smallest_cell')} a count is "
        "suppressed, and with it another from which it would follow."
    )


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name} {_said(inner)}" for name, inner in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(_said(inner) for inner in value) or "none"
    return str(value)

"""The layouts that a protocol brings: which stack stands in which pane. Pure.

``frontend/src/viewer/layouts/layout.ts`` says what each part means; the two accept the same.
"""

from typing import Any

MOST_LAYOUTS, MOST_PANES, MOST_ROWS = 20, 12, 4
PHASES = ("cine", "ed", "es")
SLICES = ("linked", "all")
ROLES = ("axial", "coronal", "sagittal")
RULES = ("kind", "view", "component", "condition")
_PANE = {"stack", "phase", "slice", "role", "required"}


def problem_of(layouts: Any) -> str | None:
    """What is wrong with a protocol's layouts, as a sentence; None where nothing is."""
    if not isinstance(layouts, list) or len(layouts) > MOST_LAYOUTS:
        return f"Give a list of at most {MOST_LAYOUTS} layouts."
    names = [layout.get("id") for layout in layouts if isinstance(layout, dict)]
    if len(names) != len(layouts) or len(set(map(str, names))) != len(names):
        return "Each layout has an id of its own."
    found = (_layout_problem(layout) for layout in layouts)
    return next((f"{n}: {text}" for n, text in zip(names, found, strict=True) if text), None)


def _layout_problem(layout: dict[str, Any]) -> str | None:
    if not all(_is_text(layout.get(name), 60) for name in ("id", "title")):
        return "give an id and a title of at most 60 characters."
    if not _is_words(layout.get("kinds")) or isinstance(layout["kinds"], str):
        return "kinds is a list of sequence kinds; an empty one means all."
    rows: Any = layout.get("rows")
    columns: Any = layout.get("columns")
    panes: Any = layout.get("panes")
    if not (_is_count(rows) and _is_count(columns)):
        return f"rows and columns are 1 to {MOST_ROWS}."
    if not isinstance(panes, list) or not 0 < len(panes) <= min(MOST_PANES, rows * columns):
        return "give at least one pane, and no more than there are places."
    return next((problem for problem in map(_pane_problem, panes) if problem), None)


def _pane_problem(pane: Any) -> str | None:
    if not isinstance(pane, dict) or not set(pane) <= _PANE:
        return f"a pane has {', '.join(sorted(_PANE))} and nothing else."
    if not _is_stack(pane.get("stack")):
        return f"a pane's stack is read, or a rule by {', '.join(RULES)}."
    if pane.get("phase") not in PHASES:
        return f"a pane's phase is {', '.join(PHASES)}."
    shown = pane.get("slice")
    if shown not in SLICES and not (type(shown) is int and shown >= 0):
        return "a pane's slice is linked, all, or its number from 0."
    if pane.get("role", ROLES[0]) not in ROLES:
        return f"a pane's role is {', '.join(ROLES)}."
    return None if isinstance(pane.get("required", True), bool) else "required is true or false."


def _is_count(value: Any) -> bool:
    return type(value) is int and 1 <= value <= MOST_ROWS


def _is_stack(value: Any) -> bool:
    if value == "read":
        return True
    return (
        isinstance(value, dict) and set(value) <= set(RULES) and all(map(_is_words, value.values()))
    )


def _is_words(value: Any) -> bool:
    words = [value] if isinstance(value, str) else value
    return isinstance(words, list) and len(words) <= 40 and all(_is_text(w, 40) for w in words)


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest and "\0" not in value

"""What differs between two protocols, in the order of the document. Pure.

Structures and questions are matched by their code, so that moving one is not a change of all.
"""

from typing import Any

from portal.protocols.schema.document import RULES

Change = dict[str, Any]
_CODED = ("structures", "questions")
_HEAD = ("name", "reads_per_case")


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """``{"path", "kind": added | removed | changed | moved, "before", "after"}`` of two
    documents."""
    found: list[Change] = []
    for key in (*_HEAD, *RULES):
        if key in _CODED:
            found += _coded(key, before[key], after[key])
        else:
            found += _values(key, before[key], after[key])
    return found


def _values(path: str, before: Any, after: Any) -> list[Change]:
    if before == after:
        return []
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        return [
            row for name in before for row in _values(f"{path}.{name}", before[name], after[name])
        ]
    return [_change(path, "changed", before, after)]


def _coded(key: str, before: list[Any], after: list[Any]) -> list[Change]:
    old, new = ({row["code"]: row for row in rows} for rows in (before, after))
    found = [_change(f"{key}.{c}", "removed", old[c]["title"], None) for c in old if c not in new]
    kept = [code for code in old if code in new]
    for code, row in new.items():
        path = f"{key}.{code}"
        if code not in old:
            found.append(_change(path, "added", None, row["title"]))
            continue
        for name in row:
            if row[name] != old[code].get(name):
                found.append(_change(f"{path}.{name}", "changed", old[code].get(name), row[name]))
    if kept != [code for code in new if code in old]:
        found.append(_change(key, "moved", list(old), list(new)))
    return found


def _change(path: str, kind: str, before: Any, after: Any) -> Change:
    return {"path": path, "kind": kind, "before": before, "after": after}

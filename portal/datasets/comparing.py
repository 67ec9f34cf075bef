"""What changed between two dataset versions, from their manifests. Pure."""

from typing import Any

_RULES = ("query", "structures", "protocols", "conventions", "splits", "licence", "consent")


def compare_manifests(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """``{"identical", "added", "removed", "reference_changed", "split_changed", "reads_changed",
    "rules"}``; cases by their label, ``rules`` with both values of what differs."""
    before = {item["case"]: item for item in old["items"]}
    after = {item["case"]: item for item in new["items"]}
    both = sorted(before.keys() & after.keys())

    def changed(*names: str) -> list[str]:
        return [
            case
            for case in both
            if any(before[case].get(name) != after[case].get(name) for name in names)
        ]

    return {
        "identical": old == new,
        "added": sorted(after.keys() - before.keys()),
        "removed": sorted(before.keys() - after.keys()),
        "reference_changed": changed("reference", "stack", "instances", "pixels"),
        "split_changed": [
            {"case": case, "old": before[case]["split"], "new": after[case]["split"]}
            for case in changed("split")
        ],
        "reads_changed": changed("reads"),
        "rules": [
            {"name": name, "old": old.get(name), "new": new.get(name)}
            for name in _RULES
            if old.get(name) != new.get(name)
        ],
    }

"""Interfaces take reads and what hangs on them from ``portal.reads.blinding`` and the selectors
built on it: reaching for the tables themselves is the short cut that would un-blind a reader."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUARDED = {
    "Read",
    "Annotation",
    "AnnotationImport",
    "Revision",
    "Entry",
    "EntryRevision",
    "Measurement",
    "Comparison",
    "ComparisonReading",
    "Adjudication",
    "Decision",
    "ReferenceStandard",
}


def short_cuts(source: str) -> set[str]:
    """Guarded models whose ``objects`` the source uses."""
    return {
        node.value.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and node.attr in ("objects", "_default_manager", "_base_manager")
        and isinstance(node.value, ast.Name)
        and node.value.id in GUARDED
    }


@pytest.mark.parametrize("path", sorted(ROOT.glob("api/**/*.py")), ids=str)
def test_interfaces_take_no_short_cut(path: Path) -> None:
    found = short_cuts(path.read_text())
    assert not found, "take the queryset from portal.reads.blinding"


def test_the_rule_sees_a_short_cut() -> None:
    assert short_cuts("row = Read.objects.get(pk=pk)") == {"Read"}
    assert short_cuts("rows = Annotation._default_manager.all()") == {"Annotation"}
    assert short_cuts("row = get_visible_read(user, pk)") == set()


@pytest.mark.parametrize("app", ["imaging", "intake", "cases", "jobs"])
def test_lower_apps_know_projects_only(app: str) -> None:
    for path in (ROOT / "portal" / app).rglob("*.py"):
        assert "portal.reads" not in path.read_text(), path

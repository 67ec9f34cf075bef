"""What the documentation promises about the code, and that its links lead somewhere."""

import re
from pathlib import Path

import pytest

from portal.projects.roles import ROLE_PERMISSIONS, Permission, Role

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    found = set()
    for line in FENCE.sub("", page.read_text()).splitlines():
        if match := re.match(r"#+\s+(.*)", line):
            words = re.sub(r"[^\w\- ]", "", match[1].lower())
            found.add(words.strip().replace(" ", "-"))
    return found


def broken_links(page: Path) -> list[str]:
    """Relative links of a page that lead nowhere."""
    broken = []
    for target in LINK.findall(FENCE.sub("", page.read_text())):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        aim = (page.parent / path).resolve() if path else page
        if not aim.exists() or (anchor and anchor not in anchors(aim)):
            broken.append(target)
    return broken


def settings_read() -> set[str]:
    """Variables that settings, workers and start scripts take from the environment."""
    found = set()
    for folder, pattern in (
        ("portal/settings", r'env\.\w+\(\s*"(\w+)"'),
        ("ml_workers", r'environ(?:\.get)?[(\[]\s*"(\w+)"'),
    ):
        for path in (ROOT / folder).rglob("*.py"):
            found |= set(re.findall(pattern, path.read_text()))
    base = (ROOT / "portal/settings/base.py").read_text()
    found |= {f"ACCORD_{name.upper()}" for name in re.findall(r'kept_secret\("(\w+)"\)', base)}
    found |= set(re.findall(r"\$\{(\w+):-", (ROOT / "scripts/start.sh").read_text()))
    return found - {"1"}  # the script's own argument


def example_variables() -> set[str]:
    return set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    assert broken_links(path) == []


def test_the_check_sees_a_broken_link(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One two\n[a](page.md#one-two) [b](nothing.md) [c](#three) [d](https://x.y)")
    assert broken_links(page) == ["nothing.md", "#three"]


@pytest.mark.parametrize("name", sorted(example_variables() | settings_read()))
def test_every_variable_is_explained(name: str) -> None:
    pages = (ROOT / "docs/operations").glob("*.md")
    assert any(f"`{name}`" in page.read_text() for page in pages)


def test_variables_are_found() -> None:
    assert {"DATABASE_URL", "ACCORD_AUDIT_KEY", "ACCORD_HOST"} <= settings_read()
    assert "POSTGRES_PASSWORD" in example_variables()


@pytest.mark.parametrize("permission", list(Permission))
def test_the_table_of_roles_is_the_codes(permission: Permission) -> None:
    text = (ROOT / "docs/architecture.md").read_text()
    text = text[text.index("## Roles and permissions") : text.index("## States")]
    (row,) = re.findall(rf"^\| `{permission}` \|(.*)\|$", text, re.MULTILINE)
    held = [cell.strip() == "x" for cell in row.split("|")]
    assert held == [permission in ROLE_PERMISSIONS[role] for role in Role]


@pytest.mark.parametrize("path", sorted((ROOT / "docs/adr").glob("0*.md")), ids=lambda p: p.name)
def test_decisions_have_their_five_parts(path: Path) -> None:
    text = path.read_text()
    for part in (r"^# \d+\. ", "^Date: ", "^Status: ", "^## Context", "^## Decision", "^## Cons"):
        assert re.search(part, text, re.MULTILINE), part
    assert path.name in (ROOT / "docs/adr/README.md").read_text()

"""The table of what everybody got, as Markdown."""

from collections.abc import Iterable
from pathlib import Path

from tests.integration.permissions.rules import COLUMNS, Rule

NAMES = {
    "an": "nobody signed in",
    "ad": "installation admin",
    "ou": "all roles in another project",
    "ow": "project owner",
    "co": "coordinator",
    "up": "site uploader",
    "re": "reader of the case",
    "rx": "reader, not assigned",
    "tr": "trainee, not assigned",
    "aj": "adjudicator",
    "ds": "data scientist",
    "st": "data steward",
    "qu": "quality",
    "ob": "observer",
    "wk": "worker token",
}
LETTERS = {
    "A": "allowed",
    "E": "allowed, an empty list",
    "R": "refused (403)",
    "N": "not found (404)",
    "S": "sign in first (401; socket closed with 4401)",
    "X": "the job's attempt is over (409)",
}
FILE = "permissions.md"
Cell = tuple[Rule, str, str, str]


def write(folder: Path, cells: Iterable[Cell], *, n_wrong: int) -> None:
    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    n_cells = 0
    for rule, thing, column, letter in cells:
        rows.setdefault((rule.method, rule.route, thing), {})[column] = letter
        n_cells += 1
    addresses = len({key[:2] for key in rows})
    summary = (
        f"permissions: {addresses} endpoints × {len(COLUMNS)} kinds of person, "
        f"{n_cells} answers, {n_wrong} not as the roles say"
    )
    lines = [summary, "", "# Who may do what", ""]
    lines += [f"- **{code}** {name}" for code, name in NAMES.items()]
    lines += ["", *(f"- `{letter}` {meaning}" for letter, meaning in LETTERS.items()), ""]
    lines += ["| method | address | object | " + " | ".join(COLUMNS) + " |"]
    lines += ["| --- | --- | --- |" + " --- |" * len(COLUMNS)]
    for (method, route, thing), found in rows.items():
        letters = " | ".join(found.get(column, "·") for column in COLUMNS)
        lines.append(f"| {method} | `{route}` | {thing} | {letters} |")
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text("\n".join(lines) + "\n")

"""A document as Markdown. Names and reasons were typed by people: nothing in them is markup."""

import re
from html import escape as as_entities

from portal.modelhub.papers.paper import Block, Facts, Items, Note, Paper, Table

_SPECIAL = re.compile(r"([\\`*_{}\[\]|~!])")


def escape(text: str) -> str:
    """On one line, with every character that Markdown or HTML would take for markup escaped."""
    return as_entities(_SPECIAL.sub(r"\\\1", " ".join(text.split())), quote=False)


def linked(text: str, link: str, base: str) -> str:
    return f"[{escape(text)}]({base}{link})" if link else escape(text)


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """Cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


def as_markdown(paper: Paper, base: str = "") -> str:
    """``base`` goes before links: the portal's address, without a slash at its end."""
    lines = [f"# {escape(paper.title)}", ""]
    if paper.subtitle:
        lines += [escape(paper.subtitle), ""]
    for warning in paper.warnings:
        lines += [f"> **{escape(warning)}**", ""]
    for section in paper.sections:
        lines += [f"## {escape(section.title)}", ""]
        for block in section.blocks:
            lines += [*_block(block, base), ""]
    return "\n".join(lines).rstrip() + "\n"


def _block(block: Block, base: str) -> list[str]:
    match block:
        case Facts(facts):
            rows = [[escape(f.name), linked(f.value, f.link, base)] for f in facts]
            return table(["", ""], rows)
        case Items(items):
            return [f"- {escape(item)}" for item in items]
        case Note(text):
            return [escape(text)]
        case Table(title, head, rows, note):
            cells = [[escape(cell) for cell in row] for row in rows]
            body = table([escape(cell) for cell in head], cells)
            return [f"### {escape(title)}", "", *body, *(["", escape(note)] if note else [])]

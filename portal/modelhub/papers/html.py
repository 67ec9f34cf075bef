"""A document as one HTML file: no script, nothing from elsewhere, prints as it is."""

from html import escape

from portal.modelhub.papers.paper import Block, Facts, Items, Note, Paper, Table

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1f24}h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem;border-bottom:1px solid "
    "#d0d7de}h3{font-size:1rem}table{border-collapse:collapse;width:100%;margin:.5rem 0}"
    "th,td{border:1px solid #d0d7de;padding:.25rem .5rem;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}.warning{border:1px solid #bc4c00;border-left-width:.4rem;"
    "padding:.5rem .75rem;font-weight:600}.note{color:#57606a}"
)


def as_html(paper: Paper, base: str = "") -> str:
    """``base`` goes before links: the portal's address, without a slash at its end."""
    parts = [f"<h1>{escape(paper.title)}</h1>"]
    if paper.subtitle:
        parts.append(f"<p>{escape(paper.subtitle)}</p>")
    parts += [f'<p class="warning">{escape(warning)}</p>' for warning in paper.warnings]
    for section in paper.sections:
        body = "".join(_block(block, base) for block in section.blocks)
        parts.append(f"<section><h2>{escape(section.title)}</h2>{body}</section>")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(paper.title)}</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _block(block: Block, base: str) -> str:
    match block:
        case Facts(facts):
            rows = "".join(
                f'<tr><th scope="row">{escape(f.name)}</th>'
                f"<td>{_linked(f.value, f.link, base)}</td></tr>"
                for f in facts
            )
            return f"<table>{rows}</table>"
        case Items(items):
            return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
        case Note(text):
            return f'<p class="note">{escape(text)}</p>'
        case Table():
            return _table(block)


def _linked(text: str, link: str, base: str) -> str:
    return f'<a href="{escape(base + link)}">{escape(text)}</a>' if link else escape(text)


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    return f"<h3>{escape(table.title)}</h3><table><tr>{head}</tr>{rows}</table>{note}"

"""Text from outside, made safe for one line of a printed page. Pure."""

import unicodedata

ELLIPSIS = "..."


def printable(value: object, limit: int = 80) -> str:
    """One short line: no control, bidirectional or invisible marks, in letters that the page's
    font has. Markup is left as it is: a PDF shows it as text.

    Only ``4 * limit`` characters are looked at, so that 64 kB of text cost nothing."""
    text = unicodedata.normalize("NFKC", str(value)[: 4 * limit])
    kept = "".join(
        " " if unicodedata.category(c) in ("Zs", "Zl", "Zp") or c in "\t\r\n" else c
        for c in text
        if c in "\t\r\n" or not unicodedata.category(c).startswith("C")
    )
    line = " ".join(kept.split())
    if len(line) > limit or len(str(value)) > 4 * limit:
        line = line[: limit - len(ELLIPSIS)].rstrip() + ELLIPSIS
    return "".join(_latin(c) for c in line)


def _latin(character: str) -> str:
    """The letter itself, without its accent where the font lacks it, else a question mark."""
    try:
        character.encode("latin-1")
    except UnicodeEncodeError:
        base = unicodedata.normalize("NFKD", character)[0]
        return base if base.isascii() else "?"
    return character

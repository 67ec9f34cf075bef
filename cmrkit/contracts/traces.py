"""Where an error came from, in words that can't name a patient.

A traceback as Python prints it quotes messages, and messages quote data. What travels from a worker
and is kept for the installation's admins is the chain of exception classes and the places in the
code: ``module:line function``, innermost last.
"""

import re

MOST_LINES = 60
_PLACE = re.compile(r"[A-Za-z_][\w.]{0,119}:\d{1,6} [\w<>]{1,80}")
_CLASS = re.compile(r"(?:(?:caused by|during) )?[A-Za-z_][\w.]{0,119}")


def places_of(error: BaseException) -> str:
    """Classes and places of an error and of what caused it; no message, no value, no path."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    word = ""
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(f"{word}{type(current).__name__}")
        trace = current.__traceback__
        while trace is not None:
            frame = trace.tb_frame
            module = str(frame.f_globals.get("__name__", "unknown"))
            lines.append(f"{module}:{trace.tb_lineno} {frame.f_code.co_name}")
            trace = trace.tb_next
        word = "caused by " if current.__cause__ is not None else "during "
        current = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )
    return only_places("\n".join(lines))


def only_places(text: str) -> str:
    """The lines that are a place or a class, whoever sent them; the rest is dropped."""
    kept = [line for line in text.splitlines() if _PLACE.fullmatch(line) or _CLASS.fullmatch(line)]
    return "\n".join(kept[:MOST_LINES])

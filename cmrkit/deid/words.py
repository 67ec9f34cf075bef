"""Cleaning text by a vocabulary: known words of cardiovascular MR stay, all else goes.

A name can't be told from a word by looking at it, so nothing is searched for and removed; only what
stands in the vocabulary is kept. Numbers stay beside a known word, up to three digits of them.
"""

import json
import re
from functools import cache, lru_cache
from importlib.resources import files

_PIECE = re.compile(r"[0-9A-Za-z]+|[^0-9A-Za-z]+")
_RUNS = re.compile(r"[0-9]+|[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Za-z]")
_MARKS = frozenset(" _-.*()/+,:;^<>%")
_MAX_DIGITS = 3  # of one number
_MAX_DIGITS_IN_WORD = 4


@cache
def _words() -> dict[str, frozenset[str]]:
    text = (files("cmrkit.deid") / "data" / "vocabulary.json").read_text(encoding="utf-8")
    return {kind: frozenset(words.split()) for kind, words in json.loads(text)["words"].items()}


@cache
def vocabulary() -> frozenset[str]:
    """Lower-case words, with and without digits in them."""
    return frozenset().union(*_words().values())


@cache
def core() -> frozenset[str]:
    """What names a kind of sequence or a view: stays even where a patient is called so."""
    return _words()["kinds"] | _words()["views"]


@lru_cache(maxsize=4096)
def cleaned(text: str, barred: frozenset[str] = frozenset()) -> str:
    """The known words of a description, in order, with the marks between them.

    A number stays only after a known word (``sax 10``, ``venc 150``) and before no other number:
    dates and telephone numbers are rows of numbers. ``barred`` are words of the patient's own name
    (Black, Max), in lower case; they go although they are known.
    """
    barred = barred - core()
    out: list[str] = []
    mark, before_known, after_number = "", True, False
    pieces = _PIECE.findall(text[:1024])
    for place, piece in enumerate(pieces):
        if not (piece[0].isascii() and piece[0].isalnum()):
            mark = "".join(c for c in piece if c in _MARKS)[:2] or " "
            continue
        number = piece.isdigit()
        if number:
            keep = before_known and not after_number and _is_small(piece, pieces, place)
        else:
            keep = known(piece) and piece.lower() not in barred
        if keep:
            out.append(mark + piece)
        before_known, after_number, mark = keep and not number, number, ""
    return "".join(out).strip(" _-.,:;^/+<>")


def _is_small(piece: str, pieces: list[str], place: int) -> bool:
    if len(piece) > _MAX_DIGITS or place == 0 or (place == 1 and not pieces[0][0].isalnum()):
        return False
    following = pieces[place + 2] if place + 2 < len(pieces) else ""
    return not following.isdigit()


@lru_cache(maxsize=4096)
def known(word: str) -> bool:
    """Whether a word, or each part of a compound (``tfi2d1``, ``CineSAX``), is in the
    vocabulary."""
    if word.lower() in vocabulary():
        return True
    runs = _RUNS.findall(word)
    digits = [run for run in runs if run.isdigit()]
    letters = [run for run in runs if not run.isdigit()]
    if not letters or max(map(len, digits), default=0) > _MAX_DIGITS:
        return False
    if sum(map(len, digits)) > _MAX_DIGITS_IN_WORD:
        return False
    return all(run.lower() in vocabulary() for run in letters)


@lru_cache(maxsize=4096)
def coded(text: str) -> str | None:
    """A code string (CS) whose every word is known, else None."""
    words = [w for w in re.split(r"[ _-]", text.strip()) if w]
    good = all(known(w) or (w.isdigit() and len(w) <= 2) for w in words)
    return text.strip() if good else None

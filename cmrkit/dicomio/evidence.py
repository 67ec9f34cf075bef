"""Evidence for what something is, and how pieces of it add up."""

from collections.abc import Iterable
from dataclasses import dataclass

_MOST = 0.98  # no header makes anything certain
_CONFLICT = 0.6  # how much of a rival's confidence the winner loses


@dataclass(frozen=True)
class Evidence:
    """One rule's opinion: ``value`` with ``confidence`` 0..1, and why, for people. Rules of one
    ``source`` (the name, a tag, times, geometry) repeat each other and don't add up."""

    value: str
    confidence: float
    reason: str
    source: str


@dataclass(frozen=True)
class Verdict:
    value: str
    confidence: float
    reason: str


def weigh(pieces: Iterable[Evidence], unknown: str) -> Verdict:
    """The value with most behind it.

    Each source counts once, with its strongest piece. Independent sources that agree add up as
    1 - product(1 - c). The winner loses 0.6 of the strongest rival's confidence, in proportion,
    and the reason tells of the rival. Without any piece the value is ``unknown``, confidence 0.
    """
    by_value: dict[str, dict[str, Evidence]] = {}
    for piece in pieces:
        sources = by_value.setdefault(piece.value, {})
        if piece.source not in sources or piece.confidence > sources[piece.source].confidence:
            sources[piece.source] = piece
    if not by_value:
        return Verdict(unknown, 0.0, "Nothing in the header tells")
    ranked = sorted(by_value.items(), key=lambda item: (-_together(item[1].values()), item[0]))
    value, sources = ranked[0]
    confidence = _together(sources.values())
    reasons = [p.reason for p in sorted(sources.values(), key=lambda p: (-p.confidence, p.reason))]
    reason = "; ".join(dict.fromkeys(reasons[:2]))
    if len(ranked) > 1:
        other, rivals = ranked[1]
        against = _together(rivals.values())
        confidence *= 1 - _CONFLICT * against
        strongest = max(rivals.values(), key=lambda p: (p.confidence, p.reason))
        reason += f". Against it: {strongest.reason} ({other.replace('_', ' ')})"
    return Verdict(value, round(min(confidence, _MOST), 2), reason[:1].upper() + reason[1:])


def _together(pieces: Iterable[Evidence]) -> float:
    doubt = 1.0
    for piece in pieces:
        doubt *= 1 - piece.confidence
    return 1 - doubt

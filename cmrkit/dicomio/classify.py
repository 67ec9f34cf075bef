"""What kind of sequence and view a stack is; with the reason, and how sure.

Two passes: each stack by its own name, tags, times and geometry; then all stacks of a study by
each other (magnitude images beside velocity images, planes beside the short axis).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cmrkit.contracts.kinds import Component, Condition, SequenceKind, TimeAxis, View
from cmrkit.dicomio import views
from cmrkit.dicomio.evidence import Evidence, weigh
from cmrkit.dicomio.facts import Facts
from cmrkit.dicomio.rules import RULES, why_not
from cmrkit.dicomio.words import condition_in, kinds_in, views_in

K = SequenceKind
_DOUBT = 0.35  # what is left of a name's word where the images contradict it
_SURE_ENOUGH = 0.55  # of a view, to name a study's long axis by it
_FLOWS = (K.FLOW, K.FLOW_4D)


@dataclass(frozen=True)
class Classification:
    """Confidences are 0..1; ``reason`` (of the kind) and ``view_reason`` are for people and hold
    no text of the header."""

    sequence_kind: str
    view: str
    confidence: float
    reason: str
    view_confidence: float = 0.0
    view_reason: str = ""
    condition: str = Condition.UNKNOWN.value


@dataclass(frozen=True)
class Subject:
    """One stack to classify; ``family`` holds what was acquired together under one value."""

    facts: Facts
    family: object


def classify_study(subjects: Sequence[Subject]) -> list[Classification]:
    """The classification of each stack of one study, in the order given."""
    pieces = [_kind_pieces(s.facts) for s in subjects]
    for index, more in enumerate(_kinds_by_family(subjects, pieces)):
        pieces[index] += more
    kinds = [weigh(p, K.UNKNOWN) for p in pieces]
    planes = [_view_pieces(s.facts) for s in subjects]
    first = [weigh(p, View.UNKNOWN) for p in planes]
    axis = _long_axis(subjects, [k.value for k in kinds], [(v.value, v.confidence) for v in first])
    found = []
    for index, (subject, kind, own) in enumerate(zip(subjects, kinds, planes, strict=True)):
        apart = axis is None or index == axis[0] or _names_vessel(own)
        more = [] if apart or axis is None else list(views.beside(subject.facts, axis[1]))
        view = weigh([*_drop_guess(own, more), *more], View.UNKNOWN)
        found.append(
            Classification(
                sequence_kind=str(kind.value),
                view=str(view.value),
                confidence=kind.confidence,
                reason=kind.reason,
                view_confidence=view.confidence,
                view_reason=view.reason,
                condition=_condition(subject.facts, kind.value),
            )
        )
    return found


def _kind_pieces(facts: Facts) -> list[Evidence]:
    pieces = []
    named = kinds_in(facts.description, facts.protocol)
    if facts.stated and named:
        # the images have no tags of an acquisition: what the person said of them is all there is
        said = "stated when the volume was converted"
        return [replace(named[0], confidence=0.95, reason=said)]
    for piece in named:
        against = why_not(piece.value, facts)
        if against:
            said = f"{piece.reason}, but {against}"
            piece = replace(piece, confidence=piece.confidence * _DOUBT, reason=said)
        pieces.append(piece)
    for rule in RULES:
        pieces += rule(facts)
    return _reconciled(pieces, facts)


def _reconciled(pieces: list[Evidence], facts: Facts) -> list[Evidence]:
    """Names of a whole protocol (LGE, T1 mapping, flow) agree with the narrower kind that tags
    give: they support it instead of standing against it."""
    strongest = {p.value: p.confidence for p in sorted(pieces, key=lambda p: p.confidence)}
    renamed = []
    for piece in pieces:
        value = piece.value
        if value == K.LGE and strongest.get(K.LGE_PSIR, 0) >= 0.5:
            value = K.LGE_PSIR
        if value == K.LGE_PSIR and facts.component is Component.MAGNITUDE:
            value = K.LGE  # the magnitude image of a phase-sensitive acquisition
        if value == K.FLOW and strongest.get(K.FLOW_4D, 0) >= 0.5:
            value = K.FLOW_4D
        if value == K.CINE and max(strongest.get(k, 0) for k in _FLOWS) >= 0.8:
            value = K.FLOW_4D if strongest.get(K.FLOW_4D, 0) >= 0.5 else K.FLOW
        renamed.append(replace(piece, value=value))
    return renamed


def _kinds_by_family(
    subjects: Sequence[Subject], pieces: Sequence[list[Evidence]]
) -> list[list[Evidence]]:
    """Magnitude images that were acquired with velocity images are flow; images acquired with
    phase-sensitive ones are late enhancement."""
    members: dict[object, list[int]] = {}
    for index, subject in enumerate(subjects):
        members.setdefault(subject.family, []).append(index)
    more: list[list[Evidence]] = [[] for _ in subjects]
    for group in members.values():
        firsts = {i: weigh(pieces[i], K.UNKNOWN).value for i in group}
        for index in group:
            facts = subjects[index].facts
            others = [j for j in group if j != index and _alike(facts, subjects[j].facts)]
            flows = [firsts[j] for j in others if firsts[j] in _FLOWS]
            if flows and facts.component not in (Component.VELOCITY, Component.MAP):
                said = "acquired together with velocity images"
                more[index].append(Evidence(max(flows), 0.93, said, "family"))
            if any(firsts[j] == K.LGE_PSIR for j in others) and firsts[index] == K.UNKNOWN:
                said = "acquired together with phase-sensitive images"
                more[index].append(Evidence(K.LGE, 0.7, said, "family"))
    return more


def _alike(one: Facts, other: Facts) -> bool:
    return (one.n_slices, one.n_times) == (other.n_slices, other.n_times)


def _view_pieces(facts: Facts) -> list[Evidence]:
    """Vessels and outflow tracts are cut in the body's planes as well as in others: there the
    plane says nothing against the name."""
    named = views_in(facts.description, facts.protocol)
    return named if _names_vessel(named) else [*named, *views.alone(facts)]


def _names_vessel(pieces: Sequence[Evidence]) -> bool:
    vessels = (View.AORTA, View.RVOT, View.LVOT)
    return any(p.source == "name" and p.value in vessels for p in pieces)


def _drop_guess(own: list[Evidence], more: list[Evidence]) -> list[Evidence]:
    """The study's own axis replaces the guess from the usual one."""
    return [p for p in own if not more or p.source != "geometry"]


def _long_axis(
    subjects: Sequence[Subject], kinds: Sequence[str], seen: Sequence[tuple[str, float]]
) -> tuple[int, views.Direction] | None:
    """Index and normal (towards the apex) of the surest short-axis stack, of equals the one with
    most frames; None where the study has no good one."""
    ranked = []
    for index, (subject, kind, (view, confidence)) in enumerate(
        zip(subjects, kinds, seen, strict=True)
    ):
        facts = subject.facts
        if confidence >= _SURE_ENOUGH and views.gives_long_axis(kind, view, facts):
            n = facts.n_slices * facts.n_times
            ranked.append((kind == K.CINE, confidence, n, facts.normal, -index))
    if not ranked:
        return None
    *_, normal, index = max(ranked)
    return -index, views.to_apex(np.asarray(normal))


def _condition(facts: Facts, kind: str) -> str:
    """Rest or stress of perfusion, native or after contrast of maps: by words, then by the
    contrast agent tag."""
    said = condition_in(facts.description, facts.protocol)
    heart = (Condition.REST, Condition.STRESS)
    if kind == K.PERFUSION:
        return said if said in heart else Condition.UNKNOWN.value
    if kind in (K.T1_MAP, K.T1_SOURCE):
        if said in (Condition.NATIVE, Condition.POST_CONTRAST):
            return said
        return (Condition.POST_CONTRAST if facts.agent else Condition.UNKNOWN).value
    if kind == K.CINE and said in heart:
        return said
    return Condition.UNKNOWN.value


def settled_component(kind: str, component: Component) -> Component:
    """Some scanners call a map a phase image."""
    maps = (K.T1_MAP, K.T2_MAP, K.T2STAR_MAP, K.ECV_MAP, K.FIT_MAP)
    return Component.MAP if kind in maps else component


def settled_axis(kind: str, axis: TimeAxis) -> TimeAxis:
    """A cine without trigger times still runs through the cycle; perfusion without times still
    through heart beats."""
    if axis is TimeAxis.ORDER and kind in (K.CINE, K.FLOW, K.FLOW_4D):
        return TimeAxis.CARDIAC_PHASE
    if axis is TimeAxis.ORDER and kind == K.PERFUSION:
        return TimeAxis.DYNAMIC
    return axis

"""Rules that tell the kind of a stack from tags and times. Each looks at one thing."""

import re
from collections.abc import Callable, Iterator

from cmrkit.contracts.kinds import Component, SequenceKind, TimeAxis
from cmrkit.dicomio.evidence import Evidence
from cmrkit.dicomio.facts import Facts
from cmrkit.dicomio.words import T1_FAMILY, T2_FAMILY, T2STAR_FAMILY, says

K = SequenceKind
Rule = Callable[[Facts], Iterator[Evidence]]
_TAG, _TIME, _SHAPE = "tag", "time", "shape"
_SIGNED = (Component.PHASE, Component.VELOCITY)
_LGE_TI_MS = (120.0, 700.0)
_T1_LONG_TI_MS = 1000.0  # recovery is sampled beyond this; a scout of inversion times isn't
_DERIVED_WORDS = ("MPR", "PROJECTION IMAGE", "MIP", "RESAMPLED", "REFORMATTED", "SCREEN SAVE")
_MAP_WORDS = {
    "T1": K.T1_MAP, "R1": K.T1_MAP, "T2": K.T2_MAP, "R2": K.T2_MAP, "T2STAR": K.T2STAR_MAP,
    "R2STAR": K.T2STAR_MAP, "T2*": K.T2STAR_MAP, "ECV": K.ECV_MAP,
}  # fmt: skip
_SIEMENS = re.compile(r"\*?([a-z]+)(\d)d(\d+)")


def by_image_type(facts: Facts) -> Iterator[Evidence]:
    """What ImageType names outright: maps, derived pictures, phase-sensitive images, flow."""
    for value in facts.image_type:
        tokens = value.replace("_STAR", "STAR").replace("_", " ").split()
        if "MAP" in tokens and tokens[0] in _MAP_WORDS:
            yield Evidence(_MAP_WORDS[tokens[0]], 0.92, "the image type names the map", _TAG)
        if value == "PSIR":
            yield Evidence(K.LGE_PSIR, 0.85, "the image type is phase-sensitive", _TAG)
    derived = [w for w in _DERIVED_WORDS if any(w in v for v in facts.image_type)]
    if derived:
        yield Evidence(K.DERIVED, 0.9, "the image type says it was reformatted", _TAG)


def by_velocity(facts: Facts) -> Iterator[Evidence]:
    cyclic = facts.axis is TimeAxis.CARDIAC_PHASE and facts.n_times >= 5
    kind = K.FLOW_4D if facts.three_d and facts.n_times >= 5 else K.FLOW
    if facts.component is Component.VELOCITY:
        yield Evidence(kind, 0.92, "the images encode velocity", _TAG)
    elif facts.has_venc:
        yield Evidence(kind, 0.85, "a velocity encoding is stated", _TAG)
    elif facts.component is Component.PHASE and cyclic:
        yield Evidence(kind, 0.75, f"phase images at {facts.n_times} cardiac phases", _TAG)
    if facts.contrast_of == "FLOW_ENCODED":
        yield Evidence(kind, 0.9, "the contrast is flow-encoded", _TAG)


def by_time_axis(facts: Facts) -> Iterator[Evidence]:
    """How the frames of a slice differ tells most about what they are for."""
    n = facts.n_times
    if facts.axis is TimeAxis.INVERSION_TIME and n >= 3:
        yield from _inversions(facts)
    elif facts.axis is TimeAxis.T2_PREPARATION:
        yield Evidence(K.T2_SOURCE, 0.9, f"{n} T2 preparations", _TIME)
    elif facts.axis is TimeAxis.ECHO_TIME and n >= 3:
        yield Evidence(K.T2STAR_SOURCE, 0.85, f"{n} echo times", _TIME)
    elif facts.axis is TimeAxis.DYNAMIC:
        yield from _dynamics(facts)
    elif facts.axis is TimeAxis.CARDIAC_PHASE and n >= 5 and facts.component not in _SIGNED:
        yield from _cycle(facts)
    elif facts.axis is TimeAxis.ORDER and n >= 10 and "SS" in facts.variants:
        said = f"{n} images per slice of a balanced sequence, without times"
        yield Evidence(K.CINE, 0.5, said, _TIME)


def _inversions(facts: Facts) -> Iterator[Evidence]:
    n, longest = facts.n_times, max(facts.inversion_ms)
    if longest > _T1_LONG_TI_MS and n <= 20:
        yield Evidence(K.T1_SOURCE, 0.88, f"{n} inversion times up to {longest:.0f} ms", _TIME)
    elif n >= 10:
        yield Evidence(K.TI_SCOUT, 0.7, f"{n} inversion times up to {longest:.0f} ms", _TIME)
    else:
        yield Evidence(K.T1_SOURCE, 0.5, f"{n} inversion times up to {longest:.0f} ms", _TIME)


def _dynamics(facts: Facts) -> Iterator[Evidence]:
    n = facts.n_times
    said = f"{n} heart beats one after the other"
    if facts.three_d and facts.n_slices > 12:
        yield Evidence(K.ANGIOGRAPHY, 0.5, f"{n} volumes one after the other", _TIME)
    elif n >= 20:
        yield Evidence(K.PERFUSION, 0.85, said, _TIME)
    elif n >= 12:
        yield Evidence(K.PERFUSION, 0.6, said, _TIME)
    elif n in range(5, 12) and "IR" in facts.scanning:
        yield Evidence(K.T1_SOURCE, 0.5, f"{n} images after inversion, beat by beat", _TIME)
    elif n in (3, 4) and "IR" not in facts.scanning:
        yield Evidence(K.T2_SOURCE, 0.35, f"{n} images, beat by beat", _TIME)


def _cycle(facts: Facts) -> Iterator[Evidence]:
    n = facts.n_times
    if "IR" in facts.scanning:
        yield Evidence(K.TI_SCOUT, 0.8, f"{n} phases after one inversion", _TIME)
        return
    if facts.three_d and facts.n_slices >= 15:
        yield Evidence(K.FLOW_4D, 0.4, f"a volume at {n} cardiac phases", _TIME)
    confidence = 0.8 if n >= 8 else 0.55
    yield Evidence(K.CINE, confidence, f"{n} phases with trigger times", _TIME)


def by_sequence(facts: Facts) -> Iterator[Evidence]:
    """ScanningSequence, and Siemens' names: ``tfi`` balanced, ``fl`` spoiled, ``h`` half-Fourier;
    the number after the ``d`` counts echoes."""
    once = facts.axis is TimeAxis.SINGLE
    if once and "SE" in facts.scanning:
        yield Evidence(K.MORPHOLOGY, 0.7, "a spin echo, one image per slice", _TAG)
    match = _SIEMENS.search(facts.sequence_name)
    if match is None:
        return
    name, echoes = match[1], int(match[3])
    if name in ("h", "tse", "tir", "spc", "tserr") and once:
        yield Evidence(K.MORPHOLOGY, 0.75, "the sequence is a turbo spin echo", _TAG)
    if name == "fl" and echoes >= 3 and facts.component is not Component.MAP:
        said = f"the sequence has {echoes} echoes"
        computed = facts.computed and once
        yield Evidence(K.T2STAR_MAP if computed else K.T2STAR_SOURCE, 0.6, said, _TAG)


def by_inversion(facts: Facts) -> Iterator[Evidence]:
    """One gradient-echo image per slice after an inversion pulse is late enhancement."""
    inverted = "IR" in facts.scanning or "_ir" in facts.sequence_name
    times = [t for t in facts.inversion_ms if _LGE_TI_MS[0] <= t <= _LGE_TI_MS[1]]
    if facts.n_times > 4 or facts.computed or facts.component is Component.MAP:
        return
    if "SE" in facts.scanning or not (inverted or times) or facts.axis is not TimeAxis.SINGLE:
        return
    signed = facts.component in (Component.REAL, Component.PHASE)
    kind = K.LGE_PSIR if signed else K.LGE
    confidence = 0.75 if inverted and times else 0.65 if inverted else 0.4
    told = f"an inversion time of {times[0]:.0f} ms" if times else "an inversion pulse"
    yield Evidence(kind, confidence, f"one image per slice with {told}", _TAG)
    if facts.agent:
        yield Evidence(kind, 0.3, "a contrast agent was given", "agent")


def by_computation(facts: Facts) -> Iterator[Evidence]:
    """Images without echo or repetition time were computed; the sequence or unit tells from what.
    A coloured picture of a map has no values."""
    if says(r"colou?r|farbe", facts.comment) and facts.n_times == 1:
        yield Evidence(K.DERIVED, 0.95, "the comment says that it is a coloured picture", _TAG)
        return
    milliseconds = facts.unit in ("ms", "msec", "milliseconds", "[ms]")
    if facts.component is not Component.MAP and not milliseconds and not facts.computed:
        return
    said = f"{facts.protocol} {facts.description} {facts.comment}"
    confidence = 0.6 if milliseconds or facts.component is Component.MAP else 0.45
    if facts.n_times > 2:
        yield Evidence(K.FIT_MAP, confidence, "computed images, several per slice", _TAG)
    elif facts.unit in ("%", "percent"):
        yield Evidence(K.ECV_MAP, confidence, "computed, in percent", _TAG)
    elif says(T2STAR_FAMILY, said):
        yield Evidence(K.T2STAR_MAP, confidence, "computed from a T2* sequence", _TAG)
    elif says(T2_FAMILY, said):
        yield Evidence(K.T2_MAP, confidence, "computed from a T2 sequence", _TAG)
    elif "IR" in facts.scanning or says(T1_FAMILY, said):
        yield Evidence(K.T1_MAP, confidence, "computed after inversions", _TAG)


def by_family(facts: Facts) -> Iterator[Evidence]:
    """Names of mapping protocols stand over both source images and map: the number of images
    per slice tells which."""
    said = f"{facts.description} {facts.protocol}"
    many = facts.n_times >= 3
    if many and facts.computed:
        return  # what a fit leaves, not what it was made from
    for pattern, source, made in (
        (T2STAR_FAMILY, K.T2STAR_SOURCE, K.T2STAR_MAP),
        (T1_FAMILY, K.T1_SOURCE, K.T1_MAP),
        (T2_FAMILY, K.T2_SOURCE, K.T2_MAP),
    ):
        if says(pattern, said):
            what = "images of a mapping protocol" if many else "one image of a mapping protocol"
            kind, confidence = (source, 0.75) if many else (made, 0.5)
            yield Evidence(kind, confidence, f"{facts.n_times} {what}" if many else what, "family")
            return


def by_planes(facts: Facts) -> Iterator[Evidence]:
    """Three or more planes that cross in one series, one image each: planning."""
    once = facts.axis is TimeAxis.SINGLE and "IR" not in facts.scanning and not facts.three_d
    if once and facts.orientations >= 3:
        said = f"one series with planes in {facts.orientations} directions"
        yield Evidence(K.LOCALIZER, 0.75, said, _SHAPE)


def by_volume(facts: Facts) -> Iterator[Evidence]:
    """A fine gated volume without inversion is a whole heart; without gating nothing tells."""
    fine = facts.spacing_mm <= 3.0 and facts.n_slices >= 30
    if not (facts.three_d and fine and facts.n_times == 1) or "IR" in facts.scanning:
        return
    if not facts.gated or facts.component in _SIGNED:
        return
    if facts.agent and "SP" in facts.variants:
        yield Evidence(K.ANGIOGRAPHY, 0.5, "a fine volume with contrast agent", _SHAPE)
    said = f"a gated volume of {facts.n_slices} planes, {facts.spacing_mm:.1f} mm apart"
    yield Evidence(K.WHOLE_HEART_3D, 0.7, said, _SHAPE)


RULES: tuple[Rule, ...] = (
    by_image_type,
    by_velocity,
    by_time_axis,
    by_sequence,
    by_inversion,
    by_computation,
    by_family,
    by_planes,
    by_volume,
)


def why_not(kind: str, facts: Facts) -> str:
    """What speaks against a kind that a name gives; empty where nothing does."""
    n, axis = facts.n_times, facts.axis
    if kind == K.CINE and n < 5:
        return f"{n} image{'' if n == 1 else 's'} per slice make no cine"
    if kind == K.CINE and facts.component is Component.VELOCITY:
        return "the images encode velocity"
    if kind == K.PERFUSION and (n < 8 or axis is TimeAxis.CARDIAC_PHASE):
        return "no run of heart beats"
    if kind in (K.LGE, K.LGE_PSIR, K.MORPHOLOGY, K.WHOLE_HEART_3D, K.LOCALIZER) and n > 8:
        return f"{n} images per slice"
    if kind in (K.T1_MAP, K.T2_MAP, K.T2STAR_MAP, K.ECV_MAP) and n > 4:
        return f"{n} images per slice are no map"
    if kind in (K.T1_SOURCE, K.T2_SOURCE, K.T2STAR_SOURCE) and n < 3:
        return "too few images per slice to fit"
    if kind == K.FLOW_4D and not facts.three_d:
        return "not a volume"
    if kind == K.TI_SCOUT and n < 5:
        return "too few images per slice"
    return ""

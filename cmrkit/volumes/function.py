"""Disc summation on a short-axis stack. ``frontend/src/cmr/volumes.ts`` is its twin."""

from dataclasses import dataclass

from cmrkit.contracts import StackLabels, StackMeta, StructureCode
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import polygon_areas_px

CODE_VERSION = "volumes-3"
MYOCARDIUM_G_PER_ML = 1.05
_ENOUGH_SLICES = 0.5  # of the fullest phase: a phase with fewer contours can't be ED or ES

Areas = dict[tuple[str, int, int], float]  # (structure, slice, phase) -> ml of that disc


@dataclass(frozen=True)
class Function:
    """Global function. Volumes in ml, mass in g, EF in percent; None where it can't be computed.
    ``ed_phase`` and ``es_phase`` are phase indices of the stack version."""

    edv_ml: float | None
    esv_ml: float | None
    sv_ml: float | None
    ef_percent: float | None
    mass_g: float | None
    rv_edv_ml: float | None
    rv_esv_ml: float | None
    rv_sv_ml: float | None
    rv_ef_percent: float | None
    ed_phase: int | None
    es_phase: int | None
    lv_volume_ml: tuple[float | None, ...]
    rv_volume_ml: tuple[float | None, ...]
    notes: tuple[str, ...]
    spacing_assumed: bool


def lv_rv_function(
    meta: StackMeta,
    labels: StackLabels,
    *,
    papillary: str = "cavity",
    ed_phase: int | None = None,
    es_phase: int | None = None,
    basal_slice: int | None = None,
    apical_slice: int | None = None,
) -> Function:
    """LV and RV volumes by summation of discs (SCMR post-processing recommendations, Schulz-Menger
    2020): exact contour area × pixel area × distance between slice planes, gaps included.

    ED and ES are the phases of largest and smallest LV volume among those with contours on at
    least half as many slices as the fullest phase, unless given. The RV is measured at the same
    two phases. Mass is (epicardial - endocardial volume) at ED × 1.05 g/ml; an ED slice with an
    epicardial contour alone counts as muscle. ``papillary`` says where papillary muscles were
    drawn (``cavity`` or ``mass``); it names the convention and changes no arithmetic.

    ``basal_slice`` and ``apical_slice`` are slice indices between which, both included, contours
    count; what was drawn beyond is left out of every number, and a note says so. Either may have
    the larger index; one alone cuts off the side of it on which fewer slices have contours.

    Raises InvalidGeometry for a spacing that is not positive, or a phase or slice outside it.
    """
    if min(*meta.pixel_spacing_mm, meta.slice_spacing_mm) <= 0:
        raise InvalidGeometry("Volumes need a positive pixel and slice spacing.")
    for pinned in (ed_phase, es_phase):
        if pinned is not None and not 0 <= pinned < meta.n_phases:
            raise InvalidGeometry(f"Phase {pinned} is not in a stack of {meta.n_phases} phases.")
    for chosen in (basal_slice, apical_slice):
        if chosen is not None and not 0 <= chosen < meta.n_slices:
            raise InvalidGeometry(f"Slice {chosen} is not in a stack of {meta.n_slices} slices.")
    if papillary not in ("cavity", "mass"):
        raise InvalidGeometry("Papillary muscles count as cavity or as mass.")
    notes: list[str] = []
    discs = _between(_discs(meta, labels), basal_slice, apical_slice, notes)
    lv = _volumes(discs, StructureCode.LV_ENDO, meta.n_phases)
    rv = _volumes(discs, StructureCode.RV_ENDO, meta.n_phases)
    auto_ed, auto_es = _ed_es(discs, lv, notes)
    ed = auto_ed if ed_phase is None else ed_phase
    es = auto_es if es_phase is None else es_phase
    edv, esv = _at(lv, ed), _at(lv, es)
    rv_edv, rv_esv = _at(rv, ed), _at(rv, es)
    if ed is not None and ed == es:
        notes.append("ED and ES are the same phase: no ESV, SV and EF.")
        esv = rv_esv = None
    grown = _minus(esv, edv)
    if grown is None:  # the LV says nothing
        grown = _minus(rv_esv, rv_edv)
    if grown is not None and grown > 0:
        notes.append("The volume at ES is larger than at ED: check which phase is which.")
    return Function(
        edv_ml=edv,
        esv_ml=esv,
        sv_ml=_minus(edv, esv),
        ef_percent=_fraction(edv, esv),
        mass_g=_mass_g(discs, ed, notes),
        rv_edv_ml=rv_edv,
        rv_esv_ml=rv_esv,
        rv_sv_ml=_minus(rv_edv, rv_esv),
        rv_ef_percent=_fraction(rv_edv, rv_esv),
        ed_phase=ed,
        es_phase=None if ed == es else es,
        lv_volume_ml=tuple(lv),
        rv_volume_ml=tuple(rv),
        notes=tuple(notes),
        spacing_assumed=meta.spacing_assumed,
    )


def counted_discs(
    meta: StackMeta,
    labels: StackLabels,
    *,
    basal_slice: int | None = None,
    apical_slice: int | None = None,
) -> Areas:
    """The discs in ml that :func:`lv_rv_function` adds up, by structure, slice and phase."""
    return _between(_discs(meta, labels), basal_slice, apical_slice, [])


def counted_slices(
    meta: StackMeta, labels: StackLabels, *, basal_slice: int | None, apical_slice: int | None
) -> tuple[int, int] | None:
    """First and last slice that count between the chosen base and apex: what is held against these
    labels is cut at the same two. One chosen alone leaves the other side open. None: all count."""
    if basal_slice is None and apical_slice is None:
        return None
    drawn = sorted({s for _, s, _ in _discs(meta, labels)})
    return _range(drawn, basal_slice, apical_slice, meta.n_slices)


def _discs(meta: StackMeta, labels: StackLabels) -> Areas:
    """Every contoured disc in ml: area in pixels × mm² per pixel × mm between planes / 1000."""
    ml_per_px = meta.pixel_spacing_mm[0] * meta.pixel_spacing_mm[1] * meta.slice_spacing_mm / 1000
    drawn = {
        (code, frame.slice_index, frame.phase_index): parts
        for frame in labels.frames
        for code, parts in frame.structures.items()
        if any(len(part) >= 3 for part in parts)
    }
    areas = polygon_areas_px(list(drawn.values()))
    return {key: float(px) * ml_per_px for key, px in zip(drawn, areas, strict=True)}


def _between(discs: Areas, basal: int | None, apical: int | None, notes: list[str]) -> Areas:
    """The discs from the basal to the apical slice; chosen alone, a slice cuts off the side of it
    on which fewer slices have contours."""
    slices = sorted({s for _, s, _ in discs})
    if not slices or (basal is None and apical is None):
        return discs
    first, last = _range(slices, basal, apical, slices[-1] + 1)
    kept = {key: ml for key, ml in discs.items() if first <= key[1] <= last}
    left_out = len({s for s in slices if not first <= s <= last})
    if left_out:
        notes.append(f"{left_out} contoured slices beyond the chosen base and apex don't count.")
    return kept


def _range(
    drawn: list[int], basal: int | None, apical: int | None, n_slices: int
) -> tuple[int, int]:
    """First and last slice that count; ``drawn``: those with contours."""
    chosen = [s for s in (basal, apical) if s is not None]
    first, last = min(chosen), max(chosen)
    if len(chosen) == 1:
        after = sum(s > first for s in drawn) >= sum(s < first for s in drawn)
        first, last = (first, n_slices - 1) if after else (0, last)
    return first, last


def _volumes(discs: Areas, structure: str, n_phases: int) -> list[float | None]:
    volumes: list[float | None] = [None] * n_phases
    for (code, _, phase), ml in discs.items():
        if code == structure:
            volumes[phase] = (volumes[phase] or 0.0) + ml
    return volumes


def _ed_es(discs: Areas, lv: list[float | None], notes: list[str]) -> tuple[int | None, int | None]:
    counts = [0] * len(lv)
    for code, _, phase in discs:
        counts[phase] += code == StructureCode.LV_ENDO
    fullest = max(counts, default=0)
    usable = [p for p, n in enumerate(counts) if n and n >= _ENOUGH_SLICES * fullest]
    sparse = [p for p, n in enumerate(counts) if n and p not in usable]
    if sparse:
        shown = ", ".join(str(p + 1) for p in sparse[:5])
        notes.append(f"Phase {shown}: too few slices contoured to be ED or ES.")
    if not usable:
        return None, None
    ed = max(usable, key=lambda p: (lv[p] or 0.0, -p))
    es = min(usable, key=lambda p: (lv[p] or 0.0, p))
    return ed, es


def _mass_g(discs: Areas, ed: int | None, notes: list[str]) -> float | None:
    if ed is None:
        return None
    epi = {s: ml for (code, s, p), ml in discs.items() if (code, p) == ("lv_epi", ed)}
    endo = {s: ml for (code, s, p), ml in discs.items() if (code, p) == ("lv_endo", ed)}
    if not epi:
        notes.append("No epicardial contour at ED: no mass.")
        return None
    without = sorted(set(endo) - set(epi))
    if without:
        notes.append(f"Mass leaves out {len(without)} ED slices without an epicardial contour.")
    return MYOCARDIUM_G_PER_ML * sum(max(ml - endo.get(s, 0.0), 0.0) for s, ml in epi.items())


def _at(volumes: list[float | None], phase: int | None) -> float | None:
    return None if phase is None else volumes[phase]


def _minus(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b


def _fraction(edv: float | None, esv: float | None) -> float | None:
    return None if edv is None or esv is None or edv <= 0 else 100 * (edv - esv) / edv

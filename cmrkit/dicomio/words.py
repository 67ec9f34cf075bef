"""What scanners' names say of kind, view and condition; English, German, French, Italian,
Spanish, Portuguese and Dutch words, and the vendors' own."""

import re
from collections.abc import Sequence
from functools import lru_cache

from cmrkit.contracts.kinds import Condition, SequenceKind, View
from cmrkit.dicomio.evidence import Evidence

K, V = SequenceKind, View
_SURE, _LIKELY, _VAGUE = 0.85, 0.7, 0.45

T1_FAMILY = r"s?h?molli|sasha|smart ?t1|t1 ?mapping|t1 ?m\b|look locker inversion"
T2_FAMILY = r"t2 ?mapping|t2 ?prep\w*|t2p\b"
T2STAR_FAMILY = r"t2 ?star|t2s\b|t2 stern|eisen|\biron\b|multi ?echo|multiecho"
_STAR = re.compile(r"t2\s*\*")
_MAP = r"(?:map|karte|carte|mappa|mapa|param\w*)"

# of several that match the first is the narrower one: 'ti scout' is no 'scout'
_KINDS: tuple[tuple[str, float, str], ...] = (
    (K.TI_SCOUT, _SURE, r"ti ?scout|tiscout|look ?locker|ti ?cine|cine ?ir\b|ti ?finder|ti ?test"),
    (K.LOCALIZER, _SURE, r"lo[ck]ali[sz]\w*|scout\w*|survey|pilot\w*|topogram|rep[eé]rage|"
     r"localizador|localizzatore|3 ?plane|three plane|plan ?scan|aloc\w*|loca?\b"),
    (K.FIT_MAP, _SURE, r"fit ?param\w*|err\w* ?map|std ?(dev)? ?map|sd ?map|r ?square\w*|"
     r"r2 ?fit|goodness|chi ?map|residual\w*|[ab] ?map\b"),
    (K.ECV_MAP, _SURE, r"ecv\w*|extracellular"),
    (K.T2STAR_MAP, _SURE, rf"t2 ?star\w* ?{_MAP}|t2s ?{_MAP}|r2 ?star ?{_MAP}"),
    (K.T1_MAP, _SURE, rf"t1 ?{_MAP}\b|t1map\w*"),
    (K.T2_MAP, _SURE, rf"t2 ?{_MAP}\b|t2map\w*"),
    (K.FLOW_4D, _SURE, r"4d ?flow|flow ?4d|4d ?pc|4d ?fluss|4d ?flux|4dflow\w*"),
    (K.LGE_PSIR, _SURE, r"psir\w*|phase ?sens\w*"),
    (K.LGE, _SURE, r"lge\w*|late ?(gad\w*|enh\w*|gd)|(2d|3d)?del\w* ?enh\w*|mde\b|(2d|3d)?mde\w*|"
     r"viab\w*|vitalit\w*|rehaussement|retard\w*|tardi\w*|realce|narbe|scar|delayed|"
     r"spaet\w*|spät\w*"),
    (K.LGE, _LIKELY, r"de\b|dhe\b|late\b|ceir\w*|post ?gd ?ir"),
    (K.PERFUSION, _SURE, r"perf\w*|first ?pass|1st ?pass|premier passage|primo passaggio"),
    (K.PERFUSION, _VAGUE, r"stress\w*|adeno\w*|regadenoson|dipyrid\w*|dynamic|dynamisch"),
    (K.FLOW, _SURE, r"flow\w*|flu[sx]s?\b|flux\w*|flusso|flujo|fluxo|venc ?\w*|q ?flow|"
     r"phase ?contrast\w*|phasenkontrast|contraste de phase|(2d)?pc ?cine|fastcine ?pc|"
     r"through ?plane|thru ?plane|velocity|quantflow"),
    (K.FLOW, _VAGUE, r"pc\b|(2d|3d)pc\b"),
    (K.WHOLE_HEART_3D, _SURE, r"whole ?heart|wholeheart|ganzes herz|coeur entier|nav ?3d|"
     r"3d ?nav\w*"),
    (K.WHOLE_HEART_3D, _LIKELY, r"coronar\w*|koronar\w*|t2prep ?3d|3d ?ssfp|3d ?trufi"),
    (K.ANGIOGRAPHY, _SURE, r"angio\w*|(ce)?mra\b|twist\w*|tricks\w*|care ?bolus|bolus ?track\w*|"
     r"test ?bolus|mip\b"),
    (K.MORPHOLOGY, _LIKELY, r"haste\w*|black ?blood|dark ?blood|blackblood|t?ir?tse\w*|tse\w*|"
     r"fse\w*|stir\w*|tirm\w*|t2w\w*|t1w\w*|(double|triple) ?ir|ssfse\w*|dbfse\w*|oedem\w*|edema|"
     r"ödem\w*|propeller|space\b|vibe\w*|lava\w*|thrive\w*|dixon\w*"),
    (K.CINE, _SURE, r"cine\w*|cin[eé]\b|kino|ciné\w*|(lv|rv|lv?)? ?funktion|fonction|funci[oó]n"),
    (K.CINE, _LIKELY, r"fiesta\w*|s?b ?tfe\w*|b ?ffe\w*|true ?fisp|tfisp|tf2d\w*|retro\w*|"
     r"real ?time"),
    (K.CINE, _VAGUE, r"trufi\w*|ssfp\w*|tfi\w*"),
)  # fmt: skip

_N = {"2": r"(?:2|two|zwei|deux|due|dos|twee)", "3": r"(?:3|three|drei|trois|tre|tres|drie)",
      "4": r"(?:4|four|vier|quatre|quattro|cuatro|quatro)"}  # fmt: skip
_CHAMBER = r"(?:ch\w*|c\b|k\b|kb\b|kammer\w*|cav\w*|cam\w*|kamer\w*)"
_VIEWS: tuple[tuple[str, float, str], ...] = (
    (V.SAX, _SURE, r"sax\w*|short ?ax\w*|shortax\w*|kurz\w*( ?ach?se)?|kurze ach?se|petit axe|"
     r"eje corto|asse corto|korte as|kortas|eixo curto|"
     r"(cine|bh|lge|de|psir|molli) ?sa|sa (cine|bh|stack)"),
    (V.SAX, _VAGUE, r"sa\b|ka\b|pa petit"),
    (V.CH3, _SURE, rf"{_N['3']} ?{_CHAMBER}|aplax|lvot ?3\w*|apical long"),
    (V.CH4, _SURE, rf"{_N['4']} ?{_CHAMBER}|hla\b|horizontal ?long\w*"),
    (V.CH2, _SURE, rf"{_N['2']} ?{_CHAMBER}|vla\b|vertical ?long\w*"),
    (V.RVOT, _SURE, r"rvot\w*|rv ?out\w*"),
    (V.LVOT, _SURE, r"lvot\w*|lv ?out\w*|ausflu\w*|chambre de chasse"),
    (V.AORTA, _LIKELY, r"aort\w*|[ad]ao\b|ao\b|asc ?ao|desc ?ao|stj\b"),
    (V.AXIAL, _LIKELY, r"axial\w*|transv\w*|tra\b|trans\b|ax\b"),
    (V.CORONAL, _LIKELY, r"coronal\w*|cor\b|kor\b"),
    (V.SAGITTAL, _LIKELY, r"sagit\w*|sag\b"),
)  # fmt: skip
_CONDITIONS: tuple[tuple[str, float, str], ...] = (
    (Condition.STRESS, _SURE, r"stress\w*|adeno\w*|regadenoson|dipyrid\w*|belastung|esfuerzo"),
    (Condition.REST, _SURE, r"rest\b|ruhe|repos|riposo|reposo"),
    (Condition.POST_CONTRAST, _SURE, r"post ?\w*|nach ?km|apr[eè]s|(\d+) ?min\b|gd\b|post"),
    (Condition.NATIVE, _SURE, r"native?|nativ\w*|pre\b|pre ?contrast|vor ?km|precontrast"),
)
_SLICE_TOKEN = re.compile(r"(?:sl|slice|schicht|s|b|ti)?\d+[a-z]?")
_PART_TOKEN = re.compile(
    r"bas(?:e|al|is)|mid\w*|mitte|api(?:x|kal|cal)|apex|medio|rep(?:eat)?|rpt|again|wdh\w*"
)
_COMPONENT_TOKEN = re.compile(r"mag\w*|psir|p|m|phase?|pha|real|map|t[12]map|fit\w*|moco|vel\w*")


def tidy(text: str) -> str:
    """Lower case, ``t2*`` as a word, everything but letters and digits as one space."""
    found = _STAR.sub(" t2star ", text.lower())
    return " ".join(re.sub(r"[^\w]|_", " ", found).split())


def acquisition_name(text: str) -> str:
    """A description without what tells slices and repeats of one acquisition apart."""
    tokens = [t for t in tidy(text).split() if not _PART_TOKEN.fullmatch(t)]
    while tokens and _SLICE_TOKEN.fullmatch(tokens[-1]):
        tokens.pop()
    return " ".join(tokens)


def family_name(text: str) -> str:
    """The same without what tells magnitude, phase and map of one acquisition apart."""
    return " ".join(t for t in acquisition_name(text).split() if not _COMPONENT_TOKEN.fullmatch(t))


def kinds_in(description: str, protocol: str) -> list[Evidence]:
    """Kinds that the names speak for. A protocol's name is often copied from another: it counts
    four fifths."""
    return _read(_KINDS, description, protocol)


def views_in(description: str, protocol: str) -> list[Evidence]:
    return _read(_VIEWS, description, protocol)


def condition_in(description: str, protocol: str) -> str:
    found = _read(_CONDITIONS, description, protocol)
    return found[0].value if found else Condition.UNKNOWN


def says(pattern: str, text: str) -> bool:
    """Whether one of the words of ``pattern`` begins in ``text``, at a word's beginning."""
    return _compiled(pattern).search(tidy(text)) is not None


def _read(
    table: Sequence[tuple[str, float, str]], description: str, protocol: str
) -> list[Evidence]:
    for text, weight, where in ((description, 1.0, "series"), (protocol, 0.8, "protocol")):
        found = _best(table, tidy(text))
        if found is not None:
            value, confidence = found
            # never the text itself: a description may hold what people typed about a patient
            reason = f"the {where} is named like {value.replace('_', ' ')}"
            return [Evidence(value, confidence * weight, reason, "name")]
    return []


def _best(table: Sequence[tuple[str, float, str]], text: str) -> tuple[str, float] | None:
    """The surest value whose word is in the text; of equals the first. A word counts once: what
    the scout of inversion times is named by doesn't name a localizer too."""
    best: tuple[str, float] | None = None
    for value, confidence, pattern in table:
        match = _compiled(pattern).search(text)
        if match is None:
            continue
        text = f"{text[: match.start()]} {text[match.end() :]}"
        if best is None or confidence > best[1]:
            best = (str(value), confidence)
    return best


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")

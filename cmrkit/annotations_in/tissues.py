"""From the names and numbers that files use to what they mean, and from tissues to structures."""

import re
from collections.abc import Mapping
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import StructureCode
from cmrkit.contracts.labels import Polygon
from cmrkit.errors import UnsupportedInput
from cmrkit.geometry import pixel_edge_polygons


class Tissue(StrEnum):
    """What a label can mean. ``lv_whole`` is all within the epicardium: wall and cavity."""

    RV_CAVITY = "rv_cavity"
    MYOCARDIUM = "myocardium"
    LV_CAVITY = "lv_cavity"
    LV_WHOLE = "lv_whole"


# structure codes may be used for what they enclose
_BY_STRUCTURE = {
    "rv_endo": Tissue.RV_CAVITY,
    "lv_endo": Tissue.LV_CAVITY,
    "lv_epi": Tissue.LV_WHOLE,
}
STRUCTURES = {
    Tissue.RV_CAVITY: StructureCode.RV_ENDO,
    Tissue.LV_CAVITY: StructureCode.LV_ENDO,
    Tissue.LV_WHOLE: StructureCode.LV_EPI,
}
BACKGROUND = "ignore"
ACDC_VALUES = {1: Tissue.RV_CAVITY, 2: Tissue.MYOCARDIUM, 3: Tissue.LV_CAVITY}

_NAMES = {
    Tissue.RV_CAVITY: (
        "rv rvc rvcavity rvendo rvendocardium rvendocardial rvbloodpool rvblood rvbp rightventricle"
        " rightventricularcavity rightventricularbloodpool rightventriclecavity"
        " rightventricleendocardium rightventricularendocardium heartventricleright"
    ),
    Tissue.MYOCARDIUM: (
        "myo myocardium lvmyo lvmyocardium lvm lvwall leftventricularmyocardium"
        " leftventriclemyocardium leftventricularwall heartmyocardium"
    ),
    Tissue.LV_CAVITY: (
        "lv lvc lvcavity lvendo lvendocardium lvendocardial lvbloodpool lvblood lvbp leftventricle"
        " leftventricularcavity leftventricularbloodpool leftventriclecavity"
        " leftventricleendocardium leftventricularendocardium heartventricleleft"
    ),
    Tissue.LV_WHOLE: (
        "lvepi lvepicardium lvepicardial lvwhole leftventricleepicardium"
        " leftventricularepicardium epicardium"
    ),
}
_BY_NAME = {name: tissue for tissue, names in _NAMES.items() for name in names.split()}
# SNOMED CT
_BY_CODE = {
    "53085002": Tissue.RV_CAVITY,
    "87878005": Tissue.LV_CAVITY,
    "49848007": Tissue.MYOCARDIUM,
}
Mapping_ = Mapping[str, Tissue | None]


def tissue_of(name: str, mapping: Mapping_ | None = None, *, code: str = "") -> Tissue | None:
    """What a name means: as the caller maps it, else by well-known names, else by its SNOMED CT
    code; None where nothing tells (or the caller says that it is to be ignored)."""
    if mapping:
        for key in (name, _plain(name)):
            if key in mapping:
                return mapping[key]
    return _BY_NAME.get(_plain(name)) or _BY_CODE.get(code)


def is_ignored(name: str, mapping: Mapping_ | None) -> bool:
    """Whether the caller has said that the name is to be left out."""
    keys = (name, _plain(name)) if mapping else ()
    return any(mapping.get(key, "") is None for key in keys if mapping)


def parse_mapping(texts: list[str]) -> dict[str, Tissue | None]:
    """``NAME=MEANING`` pairs; MEANING is a tissue, a structure code, or ``ignore``. Raises
    UnsupportedInput for any other."""
    found: dict[str, Tissue | None] = {}
    for text in texts:
        name, equals, meaning = (part.strip() for part in text.rpartition("="))
        tissue = _BY_STRUCTURE.get(meaning) or next((t for t in Tissue if t == meaning), None)
        if not equals or not name or (tissue is None and meaning != BACKGROUND):
            known = ", ".join([*Tissue, *_BY_STRUCTURE, BACKGROUND])
            raise UnsupportedInput(f"Write NAME=MEANING, with one of {known} as the meaning.")
        found[name] = tissue
        found[_plain(name)] = tissue
    return found


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.casefold())


def structures_of_masks(
    masks: Mapping[Tissue, NDArray[np.bool_]],
) -> dict[str, tuple[Polygon, ...]]:
    """Native structures of one frame from masks (rows, columns) of its tissues.

    ``lv_endo`` is the LV cavity, ``rv_endo`` the RV cavity; ``lv_epi`` is what is labelled as such,
    else wall and cavity together where there is a wall. Polygons follow the edges of pixels, so
    that the rasteriser gives the same masks back. Structures without a pixel are left out.
    """
    cavity, wall = masks.get(Tissue.LV_CAVITY), masks.get(Tissue.MYOCARDIUM)
    whole = masks.get(Tissue.LV_WHOLE)
    if wall is not None and wall.any():
        epi = wall if cavity is None else wall | cavity
        whole = epi if whole is None else whole | epi
    wanted = {
        StructureCode.LV_ENDO: cavity,
        StructureCode.LV_EPI: whole,
        StructureCode.RV_ENDO: masks.get(Tissue.RV_CAVITY),
    }
    return {
        str(code): pixel_edge_polygons(mask)
        for code, mask in wanted.items()
        if mask is not None and mask.any()
    }

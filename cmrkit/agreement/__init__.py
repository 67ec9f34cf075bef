"""How far readings lie apart: contours, numbers, classes, detections, and where it comes from."""

from cmrkit.agreement.attribution import Attribution, attribute_difference
from cmrkit.agreement.bland_altman import LimitsOfAgreement, limits_of_agreement
from cmrkit.agreement.classes import Codes, cohen_kappa, confusion, encode
from cmrkit.agreement.compare import CODE_VERSION, ContourAgreement, compare_reads
from cmrkit.agreement.concordance import concordance
from cmrkit.agreement.detection import Froc, Mark, froc, match_masks, match_points
from cmrkit.agreement.estimate import Estimate, bootstrap, not_defined
from cmrkit.agreement.frames import (
    FrameAgreement,
    Reading,
    Summary,
    compare_frames,
    pairs_of_phases,
    summarise,
)
from cmrkit.agreement.icc import Icc, intraclass_correlation, within_subject_cov
from cmrkit.agreement.levels import Level, base_is_first, slice_levels
from cmrkit.agreement.overlap import dice, jaccard
from cmrkit.agreement.polygons import AreaOverlap, area_overlap, outline_distances
from cmrkit.agreement.raters import fleiss_kappa, gwet, krippendorff_alpha, krippendorff_interval
from cmrkit.agreement.surface import SurfaceDistances, hausdorff95_mm, surface_distances

STATISTICS_VERSION = "statistics-1"

__all__ = [
    "CODE_VERSION",
    "STATISTICS_VERSION",
    "AreaOverlap",
    "Attribution",
    "Codes",
    "ContourAgreement",
    "Estimate",
    "FrameAgreement",
    "Froc",
    "Icc",
    "Level",
    "LimitsOfAgreement",
    "Mark",
    "Reading",
    "Summary",
    "SurfaceDistances",
    "area_overlap",
    "attribute_difference",
    "base_is_first",
    "bootstrap",
    "cohen_kappa",
    "compare_frames",
    "compare_reads",
    "concordance",
    "confusion",
    "dice",
    "encode",
    "fleiss_kappa",
    "froc",
    "gwet",
    "hausdorff95_mm",
    "intraclass_correlation",
    "jaccard",
    "krippendorff_alpha",
    "krippendorff_interval",
    "limits_of_agreement",
    "match_masks",
    "match_points",
    "not_defined",
    "outline_distances",
    "pairs_of_phases",
    "slice_levels",
    "summarise",
    "surface_distances",
    "within_subject_cov",
]

"""A beating biventricular heart whose volumes are known in closed form."""

from cmrkit.phantom.atria import AtriaParameters, random_atria
from cmrkit.phantom.cine import CinePhantom, simulate_cine
from cmrkit.phantom.dicom import write_cine_dicom, write_enhancement_dicom
from cmrkit.phantom.enhancement import (
    EnhancementPhantom,
    enhancement_slice,
    simulate_enhancement,
)
from cmrkit.phantom.heart import Heart, HeartParameters, PathologyClass, random_parameters
from cmrkit.phantom.infarct import Infarct, InfarctedHeart, random_infarct
from cmrkit.phantom.long_axis import LongAxisHeart, LongAxisView
from cmrkit.phantom.long_axis_cine import LongAxisCine, simulate_long_axis
from cmrkit.phantom.long_axis_picture import leaflets
from cmrkit.phantom.long_axis_training import (
    LongAxisSlice,
    draw_cut,
    long_axis_slice,
    random_cut,
    random_scene,
)
from cmrkit.phantom.training import simulate_slice

__all__ = [
    "AtriaParameters",
    "CinePhantom",
    "EnhancementPhantom",
    "Heart",
    "HeartParameters",
    "Infarct",
    "InfarctedHeart",
    "LongAxisCine",
    "LongAxisHeart",
    "LongAxisSlice",
    "LongAxisView",
    "PathologyClass",
    "draw_cut",
    "enhancement_slice",
    "leaflets",
    "long_axis_slice",
    "random_atria",
    "random_cut",
    "random_infarct",
    "random_parameters",
    "random_scene",
    "simulate_cine",
    "simulate_enhancement",
    "simulate_long_axis",
    "simulate_slice",
    "write_cine_dicom",
    "write_enhancement_dicom",
]

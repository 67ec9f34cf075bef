"""A beating biventricular heart whose volumes are known in closed form."""

from cmrkit.phantom.cine import CinePhantom, simulate_cine
from cmrkit.phantom.dicom import write_cine_dicom
from cmrkit.phantom.heart import Heart, HeartParameters, PathologyClass, random_parameters
from cmrkit.phantom.training import simulate_slice

__all__ = [
    "CinePhantom",
    "Heart",
    "HeartParameters",
    "PathologyClass",
    "random_parameters",
    "simulate_cine",
    "simulate_slice",
    "write_cine_dicom",
]

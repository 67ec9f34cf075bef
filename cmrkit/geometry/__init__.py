"""Polygons, pixels and the patient: the pinned rasteriser and what goes with it."""

from cmrkit.geometry.area import polygon_area_px, polygon_areas_px
from cmrkit.geometry.insertion import Insertions, rv_insertions
from cmrkit.geometry.outline import mask_to_polygons
from cmrkit.geometry.pixel_edges import pixel_edge_polygons
from cmrkit.geometry.plane import (
    image_to_patient,
    patient_to_image,
    plane_deviation_mm,
    ras_affine,
    stack_normal,
)
from cmrkit.geometry.raster import rasterise, rasterise_box, turns_of

__all__ = [
    "Insertions",
    "image_to_patient",
    "mask_to_polygons",
    "patient_to_image",
    "pixel_edge_polygons",
    "plane_deviation_mm",
    "polygon_area_px",
    "polygon_areas_px",
    "ras_affine",
    "rasterise",
    "rasterise_box",
    "rv_insertions",
    "stack_normal",
    "turns_of",
]

"""Ventricular volumes, ejection fraction and mass from short-axis contours."""

from cmrkit.volumes.function import (
    CODE_VERSION,
    MYOCARDIUM_G_PER_ML,
    Function,
    counted_discs,
    counted_slices,
    lv_rv_function,
)

__all__ = [
    "CODE_VERSION",
    "MYOCARDIUM_G_PER_ML",
    "Function",
    "counted_discs",
    "counted_slices",
    "lv_rv_function",
]

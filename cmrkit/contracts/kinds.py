"""What a stack shows and how its frames follow one another. The one list of these words."""

from enum import StrEnum


class SequenceKind(StrEnum):
    """What was acquired. Values are stored, and so stay what they are."""

    CINE = "cine"
    LGE = "lge"  # late enhancement, magnitude
    LGE_PSIR = "lge_psir"  # late enhancement, phase-sensitive: values are signed
    TI_SCOUT = "ti_scout"  # one breath-hold with many inversion times, to choose one
    T1_MAP = "t1_map"
    T2_MAP = "t2_map"
    T2STAR_MAP = "t2star_map"
    ECV_MAP = "ecv_map"
    FIT_MAP = "fit_map"  # what a fit leaves besides the map: error, R², amplitudes
    T1_SOURCE = "t1_source"  # images by inversion time
    T2_SOURCE = "t2_source"  # images by T2 preparation
    T2STAR_SOURCE = "t2star_source"  # images by echo time
    PERFUSION = "perfusion"
    FLOW = "flow"  # phase contrast in a plane
    FLOW_4D = "flow_4d"  # phase contrast in a volume, three directions
    WHOLE_HEART_3D = "whole_heart_3d"
    ANGIOGRAPHY = "angiography"
    MORPHOLOGY = "morphology"  # black blood, T2-weighted and the like: one frame per slice
    LOCALIZER = "localizer"
    DERIVED = "derived"  # pictures of images: reformatted, projected, coloured
    UNKNOWN = "unknown"


class View(StrEnum):
    """How the planes lie. The last three are the body's own planes, not the heart's."""

    SAX = "SAX"
    CH2 = "2CH"
    CH3 = "3CH"
    CH4 = "4CH"
    LVOT = "LVOT"
    RVOT = "RVOT"
    AORTA = "aorta"
    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"
    UNKNOWN = "unknown"


class TimeAxis(StrEnum):
    """What the second index of a stack counts. Values are milliseconds, but for the last two."""

    CARDIAC_PHASE = "cardiac_phase"  # delay after the R wave
    INVERSION_TIME = "inversion_time"
    ECHO_TIME = "echo_time"
    T2_PREPARATION = "t2_preparation"
    DYNAMIC = "dynamic"  # heart beat by heart beat: time since the first
    ORDER = "order"  # as numbered by the scanner; no time tells
    SINGLE = "single"  # one frame per slice


class Component(StrEnum):
    """Which part of the complex signal, or what was made of it."""

    MAGNITUDE = "magnitude"
    PHASE = "phase"
    VELOCITY = "velocity"  # phase that stands for a velocity: signed, zero in the middle
    REAL = "real"
    IMAGINARY = "imaginary"
    MAP = "map"
    UNKNOWN = "unknown"


class Condition(StrEnum):
    """Under what the heart was imaged, where words or tags tell."""

    REST = "rest"
    STRESS = "stress"
    NATIVE = "native"
    POST_CONTRAST = "post_contrast"
    UNKNOWN = "unknown"

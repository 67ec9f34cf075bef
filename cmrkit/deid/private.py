"""Private elements that CMR needs, by who made them and which element of the block it is.

Numbers only (and one kind of short text with a strict form): a private text may say anything.
The blocks of a creator move from file to file, so elements are named by their last two digits.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """``vr`` as the maker documents it; ``most`` values; ``form`` for text."""

    vr: str
    most: int = 1
    form: re.Pattern[bytes] | None = None


_VENC = re.compile(rb"[vV]\d{1,4}([._]\d{1,2})?_?(in|through|ap|rl|fh|lr|si|pa|hf|x|y|z)?")
_TA = re.compile(rb"TA \d{1,3}([.:]\d{1,3})?(\*\d{1,3})?")

# (group, creator) -> element -> what stays
ALLOWED: dict[tuple[int, str], dict[int, Kept]] = {
    (0x0019, "SIEMENS MR HEADER"): {
        0x0B: Kept("DS"),  # slice measurement duration, ms
        0x0C: Kept("IS"),  # b value
        0x0E: Kept("FD", 3),  # diffusion gradient direction
        0x16: Kept("DS"),  # time after start
        0x28: Kept("FD"),  # bandwidth per pixel, phase encoding
        0x29: Kept("FD", 256),  # acquisition times of mosaic slices
    },
    (0x0051, "SIEMENS MR HEADER"): {
        0x0A: Kept("LO", 1, _TA),  # acquisition time
        0x14: Kept("SH", 1, _VENC),  # velocity encoding and direction
    },
    (0x0021, "SIEMENS MR SDI 02"): {
        0x88: Kept("FD"),  # in-plane phase encoding polarity and timing of XA software
        0x58: Kept("IS"),  # number of images in the mosaic
    },
    (0x0019, "GEMS_ACQU_01"): {
        0x88: Kept("SS"),  # images per cardiac cycle
        0x8D: Kept("DS"),  # delay after trigger
        0xCB: Kept("SS"),  # axis of flow encoding
        0xCC: Kept("SS"),  # velocity encoding, mm/s
        0xD7: Kept("SS"),  # cardiac phases
        0xE2: Kept("DS"),  # velocity encoding scale
        0xF2: Kept("SS"),  # fast phases
    },
    (0x0021, "GEMS_RELA_01"): {
        0x4F: Kept("SS"),  # locations in the acquisition
    },
    (0x0027, "GEMS_IMAG_01"): {
        0x1D: Kept("SS"),  # phase
    },
    (0x0043, "GEMS_PARM_01"): {
        0x09: Kept("SS"),  # respiratory trigger point
        0x2F: Kept("SS"),  # magnitude, phase, real or imaginary
        0x30: Kept("SS"),  # vascular collapse: which flow image
        0x32: Kept("SS"),  # vascular flags
        0x39: Kept("IS", 4),  # b value
    },
    (0x2001, "Philips Imaging DD 001"): {
        0x08: Kept("IS"),  # phase number
        0x0A: Kept("IS"),  # slice number
        0x17: Kept("SL"),  # phases
        0x18: Kept("SL"),  # slices
        0x1A: Kept("FL", 3),  # velocity encoding, cm/s
        0x1B: Kept("FL"),  # prepulse delay, ms
        0x81: Kept("IS"),  # dynamics
        0x84: Kept("DS"),  # inversion time
    },
    (0x2005, "Philips MR Imaging DD 001"): {
        0x0D: Kept("FL"),  # scale intercept
        0x0E: Kept("FL"),  # scale slope
        0x20: Kept("SL"),  # chemical shifts
        0x30: Kept("FL", 2),  # repetition times
        0x54: Kept("FL"),  # preparation
    },
    (0x2005, "Philips MR Imaging DD 005"): {
        0x09: Kept("DS"),  # rescale intercept
        0x0A: Kept("DS"),  # rescale slope
    },
}
CREATORS = frozenset(creator for _, creator in ALLOWED)


def kept(group: int, creator: str, element: int) -> Kept | None:
    """What stays of a private element; None where it goes."""
    return ALLOWED.get((group, creator), {}).get(element & 0xFF)

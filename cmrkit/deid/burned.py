"""Signs that a name may be written into the pixels."""

from enum import StrEnum


class Flag(StrEnum):
    """Why a person should look at the pixels before they are stored."""

    SAYS_SO = "annotation_stated"  # BurnedInAnnotation is YES
    CAPTURE = "secondary_capture"  # a class or conversion that pictures of screens and film use
    SCREEN = "screen_saved"  # ImageType says that a screen was saved
    OVERLAY = "overlay_in_pixels"  # an overlay in unused bits of the pixels
    TEXT = "text_found"  # the detector found letters at the border


_CAPTURES = (
    "1.2.840.10008.5.1.4.1.1.7",  # Secondary Capture, single and multi-frame
    "1.2.840.10008.5.1.4.1.1.77.1",  # visible light: photographs
)
_SCREENS = ("SCREEN", "SECONDARY CAPTURE", "REPORT", "RPT")


def flags_of(
    *, sop_class: str, burned_in: str, image_type: str, conversion: str, overlay_in_pixels: bool
) -> tuple[Flag, ...]:
    """What the header as sent gives away; the pixels are looked at by :func:`find_text`."""
    signs = {
        Flag.SAYS_SO: burned_in.upper() == "YES",
        Flag.CAPTURE: any(sop_class == c or sop_class.startswith(f"{c}.") for c in _CAPTURES)
        or conversion.upper() in {"WSD", "DF", "DRW", "SI", "SYN"},
        Flag.SCREEN: any(word in image_type.upper() for word in _SCREENS),
        Flag.OVERLAY: overlay_in_pixels,
    }
    return tuple(flag for flag, seen in signs.items() if seen)

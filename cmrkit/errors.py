"""Errors that the science raises. Each has a stable code; the message says what to do."""


class CmrkitError(Exception):
    """Base of every error raised on purpose in ``cmrkit``.

    ``code`` is stable and may be shown, stored and translated; the message is for people and
    never contains patient identity.
    """

    code = "cmrkit_error"


class InvalidGeometry(CmrkitError):
    """A plane, spacing or contour that can't exist (zero normal, negative spacing, NaN)."""

    code = "invalid_geometry"


class UnreadableDicom(CmrkitError):
    """A file that can't be used as DICOM: not DICOM, truncated, or without what we need."""

    code = "unreadable_dicom"


class UnsupportedInput(CmrkitError):
    """Valid, but not what this function is for (a CT where MR is expected, a colour image)."""

    code = "unsupported_input"


class MediaDirectory(UnsupportedInput):
    """A DICOMDIR: the index of a medium, which holds no image itself."""

    code = "media_directory"


class ContractViolation(CmrkitError):
    """A message between portal and worker that doesn't follow the contract."""

    code = "contract_violation"


class UnreadableVolume(CmrkitError):
    """A file that can't be read as NIfTI, or whose values can't become an image."""

    code = "unreadable_volume"


class UnusableSet(CmrkitError):
    """A folder that isn't laid out as the research set it is said to be."""

    code = "unusable_set"


class UnreadableAnnotations(CmrkitError):
    """An annotation file that isn't what it should be: damaged, or in no known form."""

    code = "unreadable_annotations"


class AnnotationsDoNotFit(CmrkitError):
    """Annotations of other images than those at hand, or on another grid."""

    code = "annotations_do_not_fit"


class PhaseNeeded(CmrkitError):
    """Labels of one time for images of many: somebody has to say which phase they are of."""

    code = "phase_needed"


class InvalidRatings(CmrkitError):
    """Numbers or classes that can't be compared: of different length, not finite, or of a
    category that was not named."""

    code = "invalid_ratings"

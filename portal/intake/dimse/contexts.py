"""What the receiver agrees to: kinds of object and their encodings."""

import pydicom.uid as u
from pynetdicom.presentation import PresentationContext, build_context

VERIFICATION = "1.2.840.10008.1.1"

STORED = (
    u.MRImageStorage,
    u.EnhancedMRImageStorage,
    u.EnhancedMRColorImageStorage,
    u.LegacyConvertedEnhancedMRImageStorage,
    u.MRSpectroscopyStorage,
    u.SecondaryCaptureImageStorage,
    u.MultiFrameSingleBitSecondaryCaptureImageStorage,
    u.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    u.MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    u.MultiFrameTrueColorSecondaryCaptureImageStorage,
    u.SegmentationStorage,
    u.SurfaceSegmentationStorage,
    u.ParametricMapStorage,
    u.BasicTextSRStorage,
    u.EnhancedSRStorage,
    u.ComprehensiveSRStorage,
    u.Comprehensive3DSRStorage,
    u.ExtensibleSRStorage,
    u.KeyObjectSelectionDocumentStorage,
    u.RTStructureSetStorage,
    u.GrayscaleSoftcopyPresentationStateStorage,
    u.ColorSoftcopyPresentationStateStorage,
    u.PseudoColorSoftcopyPresentationStateStorage,
    u.BlendingSoftcopyPresentationStateStorage,
)

# the first that a sender offers is chosen: as it is, else lossless, lossy where nothing else is.
# Deflated isn't among them: a small deflated file may unpack to more than memory holds.
SYNTAXES = (
    u.ExplicitVRLittleEndian,
    u.ImplicitVRLittleEndian,
    u.ExplicitVRBigEndian,
    u.RLELossless,
    u.JPEGLosslessSV1,
    u.JPEGLossless,
    u.JPEGLSLossless,
    u.JPEG2000Lossless,
    u.HTJ2KLossless,
    u.HTJ2KLosslessRPCL,
    u.JPEGBaseline8Bit,
    u.JPEGExtended12Bit,
    u.JPEGLSNearLossless,
    u.JPEG2000,
    u.HTJ2K,
)


def contexts() -> list[PresentationContext]:
    """Storage of every kind in every encoding, and C-ECHO."""
    storage = [build_context(uid, list(SYNTAXES)) for uid in STORED]
    return [build_context(VERIFICATION), *storage]

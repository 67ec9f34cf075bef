"""How far two readings of the same stack lie apart."""

from cmrkit.agreement.compare import CODE_VERSION, ContourAgreement, compare_reads
from cmrkit.agreement.overlap import dice, hausdorff95_mm

__all__ = ["CODE_VERSION", "ContourAgreement", "compare_reads", "dice", "hausdorff95_mm"]

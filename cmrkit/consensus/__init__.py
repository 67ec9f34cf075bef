"""One contour from several readers': majority vote and STAPLE (docs/science/consensus.md)."""

from cmrkit.consensus.majority import majority
from cmrkit.consensus.merging import CODE_VERSION, merge_contours
from cmrkit.consensus.staple import Staple, staple

__all__ = ["CODE_VERSION", "Staple", "majority", "merge_contours", "staple"]

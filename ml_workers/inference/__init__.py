"""From the pixels of a stack to its contours."""

from ml_workers.inference.segment import Segmentation, Spacing, segment_stack

__all__ = ["Segmentation", "Spacing", "segment_stack"]

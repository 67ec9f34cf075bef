"""Saving contours, answers and pins."""

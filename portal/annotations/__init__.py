"""Contours, answers and pins as immutable revisions."""

"""Submitting the last read, settling the case, signing its reference standard."""

"""Settling a case, and its locked reference standard."""

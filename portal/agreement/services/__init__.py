"""Comparing the reads of a case."""

"""Freezing datasets and test sets, exporting."""

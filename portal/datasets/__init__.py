"""Frozen dataset versions, test sets and exports."""

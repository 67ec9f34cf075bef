"""Withdrawing a subject."""

"""Assigning, starting and withdrawing reads."""

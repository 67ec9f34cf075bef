"""Measuring a read; freezing what was measured."""

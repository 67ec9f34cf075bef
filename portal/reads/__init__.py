"""Reads, readers and blinding."""

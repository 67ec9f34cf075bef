"""Receiving files; what became of each is written down."""

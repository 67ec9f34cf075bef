"""Sockets: one per person, and one per meeting that they are in."""

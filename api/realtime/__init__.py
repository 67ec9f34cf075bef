"""Sockets: one per person."""

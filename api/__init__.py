"""Interfaces: parse, authorise, one domain call, render."""

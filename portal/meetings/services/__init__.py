"""Writes of meetings: convening, and everything that is done in one (``acting``)."""

"""Pre-annotation."""

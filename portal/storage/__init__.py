"""Bytes by content hash, with reference counts."""

"""Stacks and thumbnails."""

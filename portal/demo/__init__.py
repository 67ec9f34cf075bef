"""The demonstration projects."""

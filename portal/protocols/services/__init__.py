"""Making and amending protocols."""

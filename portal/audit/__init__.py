"""The chained, append-only record of who did what."""

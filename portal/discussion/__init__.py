"""Comment threads on cases and reads, anchored to what they are about."""

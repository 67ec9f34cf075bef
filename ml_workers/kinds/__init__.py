"""What a picture shows, told from its pixels alone: a check of what its header says."""

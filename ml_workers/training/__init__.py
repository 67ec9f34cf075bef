"""Training: slices in, weights and a loss curve out."""

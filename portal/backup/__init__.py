"""One copy of the whole installation, and back."""

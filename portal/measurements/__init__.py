"""Numbers derived from annotations, with the hash of what made them."""

"""Networks, described by a frozen architecture that travels in the model card."""

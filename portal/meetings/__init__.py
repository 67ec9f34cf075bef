"""Consensus meetings: who met, about which cases, what was said, voted and decided."""

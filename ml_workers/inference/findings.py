"""What a reader should know about a draft before trusting it; ``cmrkit.quality`` has the rules."""

from cmrkit.quality import Finding

__all__ = ["Finding"]

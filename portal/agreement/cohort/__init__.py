"""Statistics over all cases of a project whose reads are in (docs/science/agreement.md)."""

"""AI drafts: from a case to a model's read."""

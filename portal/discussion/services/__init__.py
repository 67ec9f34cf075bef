"""Opening threads, writing, resolving."""

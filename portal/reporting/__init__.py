"""The signed one-page summary."""

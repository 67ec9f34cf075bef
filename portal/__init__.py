"""The domain of Accord: Django apps without HTTP types and without torch."""

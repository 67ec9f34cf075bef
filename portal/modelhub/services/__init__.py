"""Registering, training, evaluating, promoting."""

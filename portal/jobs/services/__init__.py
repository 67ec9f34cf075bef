"""Enqueue, lease, report, cancel. Only this package writes job rows."""

"""Subjects, visits and cases."""

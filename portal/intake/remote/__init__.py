"""Asking remote DICOMweb archives: searching them, and fetching files as they are."""

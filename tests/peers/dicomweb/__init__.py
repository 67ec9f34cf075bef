"""dicomweb-client, a DICOMweb client of others: every call of its API against a live server."""

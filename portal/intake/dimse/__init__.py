"""Receiving by DIMSE: scanners and PACS push with C-STORE."""

"""The vault: received files before they are cleaned, and those that were set aside, sealed."""

"""A dataset version as one archive: layout, manifest, words for people."""

"""Taking a subject out of a project, everywhere."""

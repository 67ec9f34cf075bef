"""What a project looks like from above: read models over all other apps."""

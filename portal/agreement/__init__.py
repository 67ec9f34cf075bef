"""How two reads compare, and whether they agree."""

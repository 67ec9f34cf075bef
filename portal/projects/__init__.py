"""Projects, sites, team and permissions."""

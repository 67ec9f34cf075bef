"""How fast Accord is, beside peers on the same machine in the same run. Never a test."""

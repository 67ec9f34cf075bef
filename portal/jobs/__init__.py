"""Job rows, leases and envelopes: the truth about work done elsewhere."""

"""Studies, series, instances and stacks."""

"""Taking jobs from the portal: lease, warm child process, heartbeat, result."""

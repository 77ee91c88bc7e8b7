"""What to do next: what costs most agreement, found with a test or an interval, and said in sentences."""

"""Which statements exist: presence, evidence, and what was missed."""

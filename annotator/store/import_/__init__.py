"""Foreign tables and exports into the project."""

"""Labels in a file instead of a project."""

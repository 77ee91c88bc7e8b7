"""Damaged files: diagnosis, salvage, repair."""

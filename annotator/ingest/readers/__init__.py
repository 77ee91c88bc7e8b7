"""Readers: one module a file type."""

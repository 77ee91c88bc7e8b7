"""Annotations of other programs: one module each; records are known by their keys, files by their first bytes."""

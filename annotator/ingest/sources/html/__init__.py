"""Databases that deliver HTML pages: a `Source[str]` each."""

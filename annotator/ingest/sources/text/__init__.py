"""Databases that deliver text, Word or RTF: a `Source[str]` each."""

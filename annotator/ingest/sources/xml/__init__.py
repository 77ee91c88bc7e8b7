"""Programs and databases that deliver XML: a `Source[Node]` each."""

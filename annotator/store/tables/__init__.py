"""One module a table: rows to JSON values and back, without history."""

"""The way out of the store: a selection, a snapshot, records."""

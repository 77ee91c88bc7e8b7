"""Programs and databases that deliver tables or JSON: a `RecordSource` each."""

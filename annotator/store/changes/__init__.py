"""Planned changes: codebook, speaker registry, assignment, adjudication, aggregation."""

"""Changes that are planned, shown and then made: codebook, registry, assignment, adjudication."""

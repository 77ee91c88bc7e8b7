"""Agreement over a corpus of labels: a query engine counts patterns and pairs, the figures come from the counts."""

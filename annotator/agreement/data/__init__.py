"""The data of a coefficient: units by coders, distances between values, counts of patterns."""

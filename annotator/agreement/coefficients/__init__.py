"""coefficients."""

"""Coefficients of agreement, one module a family."""

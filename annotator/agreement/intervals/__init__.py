"""Confidence intervals: closed form, jackknife, bootstrap."""

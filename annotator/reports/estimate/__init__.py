"""Shares of categories from human codings and a model's."""

"""Blocks, numbers and phrases of which reports are made."""

"""Merge project files, and pack a project file for one coder."""

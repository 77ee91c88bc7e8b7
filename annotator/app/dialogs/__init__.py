"""Dialogs: boxes that ask one thing and close."""

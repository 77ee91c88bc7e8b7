"""Other project files in, and a project file for one coder out."""

"""The screens in a browser: who may log in, what each coder may open, and the server behind the pages."""

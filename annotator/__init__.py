"""Code news in the terminal, statement by statement, and say how far the coders agree."""

__version__ = "0.1.0"

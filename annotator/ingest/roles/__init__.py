"""Guess the role of a paragraph: body, headline, byline, caption, furniture."""

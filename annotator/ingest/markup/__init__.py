"""Trees of HTML and XML files."""

"""rescue."""

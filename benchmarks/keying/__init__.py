"""Keys codings into a session with the fewest keys, and counts them."""

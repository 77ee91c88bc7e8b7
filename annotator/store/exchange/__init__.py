"""A project's history as items of batches, and back: what sync sends and takes in."""

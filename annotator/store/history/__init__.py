"""The history: append-only steps, undo, replay."""

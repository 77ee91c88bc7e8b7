"""Where coders differ: unit by unit, side by side, and what was adjudicated."""

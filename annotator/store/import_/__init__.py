"""Import of exports and of tables made elsewhere."""

"""Tables and exports read back and checked, without SQL."""

"""What agreement compares: units, and the labels and statements of coders, as arrays."""

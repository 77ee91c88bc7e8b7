"""Files as each system has them: private, whole, on the disk, told apart, named within its limits."""

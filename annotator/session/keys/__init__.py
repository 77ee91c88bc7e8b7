"""Keys: the commands of the labelling screen, a coder's own keys, and the sheet that lists both."""

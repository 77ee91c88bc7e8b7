"""The labelling screen and what belongs to it: the one part of the program that knows Textual."""

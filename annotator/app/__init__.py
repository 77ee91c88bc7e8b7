"""The labelling screen. Only this package imports Textual."""

"""Speaker names in a text, ranked; aliases and near-duplicates. Pure functions on strings."""

from __future__ import annotations

from annotator.speakers.identity import KnownSpeaker
from annotator.speakers.ranking import ArticleSpeakers, Basis, Suggestion, suggest
from annotator.speakers.typeahead import Match, SpeakerIndex, find_known, near_duplicates

__all__ = [
    "ArticleSpeakers",
    "Basis",
    "KnownSpeaker",
    "Match",
    "SpeakerIndex",
    "Suggestion",
    "find_known",
    "near_duplicates",
    "suggest",
]

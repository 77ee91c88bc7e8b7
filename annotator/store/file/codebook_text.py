"""The text of a codebook as the file keeps it: whether it is still the one that was written."""

from __future__ import annotations

from hashlib import sha256

LOST = "lost codebook"
"""The name of a stand-in for a codebook that could not be saved from a damaged project."""


def is_as_written(codebook_id: str, name: str, document: str) -> bool:
    """Whether a document has the hash that its id begins; a stand-in has none."""
    return name == LOST or sha256(document.encode("utf-8", "surrogatepass")).hexdigest()[:12] == codebook_id

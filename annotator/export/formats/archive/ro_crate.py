"""RO-Crate 1.1: the metadata file that describes an archive and its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from annotator import __version__
from annotator.export.formats.archive.described import About, Described
from annotator.export.formats.archive.licence import address

_FILE = "LICENCE.txt"


def ro_crate(about: About, files: Sequence[Described]) -> dict[str, Any]:
    """The document of ro-crate-metadata.json."""
    where = address(about.licence)
    named = [] if where is None else [{"@id": where, "@type": "CreativeWork", "name": about.licence}]
    return {
        "@context": "https://w3id.org/ro/crate/1.1/context",
        "@graph": [
            {
                "@id": "ro-crate-metadata.json",
                "@type": "CreativeWork",
                "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
                "about": {"@id": "./"},
            },
            {
                "@id": "./",
                "@type": "Dataset",
                "name": about.title,
                "description": about.description,
                "datePublished": about.at,
                "license": {"@id": where or _FILE},
                "hasPart": [{"@id": file.path} for file in files],
                "mentions": {"@id": "#export"},
            },
            *map(_file, files),
            *named,
            {
                "@id": "#export",
                "@type": "CreateAction",
                "name": "annotator export archive",
                "instrument": {"@id": "#annotator"},
                "result": {"@id": "./"},
            },
            {"@id": "#annotator", "@type": "SoftwareApplication", "name": "annotator", "version": __version__},
        ],
    }


def _file(file: Described) -> dict[str, Any]:
    return {
        "@id": file.path,
        "@type": "File",
        "name": file.path.rpartition("/")[2],
        "description": file.about,
        "encodingFormat": file.kind,
        "contentSize": str(file.size),
        "sha256": file.sha256,
    }

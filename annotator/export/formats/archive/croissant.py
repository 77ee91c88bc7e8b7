"""Croissant 1.0: the tables of an archive with the types of their columns, for mlcroissant and data set search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from annotator.export.formats.archive.described import About, Described
from annotator.export.formats.archive.licence import address

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the specification gives."""


def croissant(about: About, files: Sequence[Described], columns: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The document of croissant.json.

    Args:
        about: What is said of the whole.
        files: The files below `data/`.
        columns: For each table the type of each of its columns: Text, Integer, Float or Boolean.
    """
    tables = [file for file in files if file.kind == "text/csv"]
    where = address(about.licence)
    licence = {"license": where or about.licence} if about.licence else {}
    codebook = about.source.codebook
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": codebook.name,
        "alternateName": about.title,
        "description": about.description,
        "datePublished": about.at,
        "version": "1.0.0",
        "citeAs": f"{about.title} ({about.at[:4]}). Data set.",
        **licence,
        "distribution": [_file(file) for file in tables],
        "recordSet": [_record_set(file, columns[_name(file)]) for file in tables if columns[_name(file)]],
    }


def _name(file: Described) -> str:
    return file.path.removesuffix(".csv")


def _file(file: Described) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "description": file.about,
        "contentUrl": f"data/{file.path}",
        "contentSize": f"{file.size} B",
        "encodingFormat": file.kind,
        "sha256": file.sha256,
    }


def _record_set(file: Described, columns: Mapping[str, str]) -> dict[str, Any]:
    name = _name(file)
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": file.about,
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{quote(column)}",
                "name": column,
                "description": f"The column {column} of {file.path}.",
                "dataType": f"sc:{kind}",
                "source": {"fileObject": {"@id": file.path}, "extract": {"column": column}},
            }
            for column, kind in columns.items()
        ],
    }

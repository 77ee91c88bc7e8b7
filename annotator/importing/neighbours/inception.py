"""INCEpTION: annotations of one user as WebAnno TSV 3, UIMA CAS XMI or UIMA CAS JSON; offsets are UTF-16 units."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from annotator.errors import IngestError
from annotator.importing.annotation import Annotation, Lost, Place
from annotator.importing.neighbours.places import code_points
from annotator.ingest.markup.tree import Node, xml_tree

NAME = "INCEpTION"
_TSV = b"#FORMAT=WebAnno TSV 3"
_STRUCTURES = "%FEATURE_STRUCTURES"
_LAYERS_OF_TOKENS = frozenset(
    "Token Sentence DocumentMetaData DocumentAnnotation CASMetadata TagsetDescription TagDescription Sofa View NULL"
    " LayerDefinition FeatureDefinition Lemma".split()
)
_PLAIN = frozenset({"begin", "end", "sofa", "id"})
_VALUE = re.compile(r"(.*?)(?:\[(\d+)\])?$", re.DOTALL)


class _Layer(NamedTuple):
    """A layer of a TSV file: its name, its features, and its first column."""

    name: str
    features: list[str]
    column: int


def recognises(start: bytes) -> bool:
    """Whether a file is one of the three kinds."""
    head = start.removeprefix(b"\xef\xbb\xbf")
    return (
        head.startswith(_TSV)
        or b"<xmi:XMI" in head[:4000]
        or (head.lstrip().startswith(b"{") and _STRUCTURES.encode() in head)
    )


def read(text: str, path: str, file: tuple[str, str]) -> Iterator[Annotation | Lost]:
    """The annotations in a file; the file is called after the user.

    Raises:
        IngestError: It is damaged.
    """
    if text.startswith("#FORMAT"):
        found = _of_tsv(text)
    elif text.lstrip().startswith("<"):
        found = _of_xmi(xml_tree(text))
    else:
        try:
            found = _of_json(json.loads(text))
        except (ValueError, KeyError, TypeError) as error:
            raise IngestError(f"{path} is not a readable CAS ({error})") from error
    whole, made, lost = found
    points = code_points(whole)
    for where, start, end, labels in made:
        yield Annotation(
            Place(path, where), labels, whole, span=(points(start), points(end)), coder=file[1] or None, file=file
        )
    yield from (Lost(what, n) for what, n in lost.items())


_Labels = tuple[tuple[str | None, Any], ...]
_Found = tuple[str, list[tuple[str, int, int, _Labels]], Counter[str]]
"""The text, the annotations with place, start, end and labels, and what is lost."""


def _of_tsv(text: str) -> _Found:
    layers, lost, column = [], Counter[str](), 3
    pieces: list[str] = []
    length = 0
    sentence: list[str] = []
    spans: dict[tuple[str, str], list[Any]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("#T_"):
            name, *features = line.partition("=")[2].split("|")
            if line.startswith("#T_SP"):
                layers.append(_Layer(name.rpartition(".")[2], features, column))
            else:
                lost["layers of relations and chains"] += 1
            column += max(1, len(features)) + (line.startswith("#T_RL"))
        elif line.startswith("#Text="):
            sentence.append(line.removeprefix("#Text=").replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r"))
        elif line[:1].isdigit():
            cells = line.rstrip("\r").split("\t")
            start, end = map(int, cells[1].split("-"))
            if sentence:
                # Between two sentences stands what no line of the file holds; it is white.
                whole = "\n".join(sentence)
                pieces.append("\n" * max(0, start - length) + whole)
                length = max(start, length) + len(whole.encode("utf-16-le")) // 2
                sentence = []
            for layer in layers:
                _add(layer, cells, f"line {number}", start, end, spans)
    made = [(where, start, end, tuple(labels.items())) for where, start, end, labels in spans.values()]
    return "".join(pieces), made, lost


def _add(layer: _Layer, cells: list[str], where: str, start: int, end: int, spans: dict[Any, list[Any]]) -> None:
    """The values of a layer in the row of a token; values with one number are one annotation."""
    for i, feature in enumerate(layer.features or [layer.name]):
        if layer.column + i >= len(cells) or cells[layer.column + i] in ("_", ""):
            continue
        for stacked, cell in enumerate(re.split(r"(?<!\\)\|", cells[layer.column + i])):
            found = _VALUE.match(cell)
            value, number = (found[1], found[2]) if found else (cell, None)
            key = (layer.name, number or f"{cells[0]}/{stacked}")
            one = spans.setdefault(key, [where, start, end, {}])
            one[1], one[2] = min(one[1], start), max(one[2], end)
            if value not in ("*", "_", ""):
                one[3][feature] = re.sub(r"\\(.)", r"\1", value)
            elif not layer.features:
                one[3][None] = layer.name


def _of_xmi(root: Node) -> _Found:
    whole = next((node.attributes["sofaString"] for node in root.nodes("Sofa") if "sofaString" in node.attributes), "")
    made, lost = [], Counter[str]()
    for node in root.nodes():
        if node.parent is not root or node.tag in _LAYERS_OF_TOKENS or "begin" not in node.attributes:
            continue
        features: dict[str, Any] = {key: value for key, value in node.attributes.items() if key not in _PLAIN}
        for child in node.children:
            if isinstance(child, Node):
                features.setdefault(child.tag, []).append(child.raw_text())
        if {"Governor", "Dependent"} & set(features):
            lost["relations"] += 1
            continue
        where = f"annotation {node.attributes.get('id', '?')}"
        made.append((where, *_span(node.attributes), _labels(node.tag, features)))
    return whole, made, lost


def _of_json(document: Any) -> _Found:
    structures = document[_STRUCTURES]
    listed = structures if isinstance(structures, list) else [{"%ID": key, **one} for key, one in structures.items()]
    whole = next((one["sofaString"] for one in listed if isinstance(one.get("sofaString"), str)), "")
    made, lost = [], Counter[str]()
    for one in listed:
        layer = str(one.get("%TYPE", "")).rpartition(".")[2]
        if layer in _LAYERS_OF_TOKENS or "begin" not in one:
            continue
        features = {key: value for key, value in one.items() if key[:1] not in "%@^" and key not in _PLAIN}
        if any(key.lstrip("@^") in ("Governor", "Dependent") for key in one):
            lost["relations"] += 1
            continue
        made.append((f"annotation {one.get('%ID', '?')}", *_span(one), _labels(layer, features)))
    return whole, made, lost


def _span(given: Mapping[str, Any]) -> tuple[int, int]:
    return int(given["begin"]), int(given["end"])


def _labels(layer: str, features: Mapping[str, Any]) -> _Labels:
    """The features of an annotation; without any, the layer itself is its label."""
    said = tuple((key, value) for key, value in features.items() if value not in (None, "", []))
    return said or ((None, layer),)

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ..conftest import TEXT  # noqa: TID252 (tests are no installed package)
from .conftest import Export, consumer

pytestmark = pytest.mark.filterwarnings("ignore")


def _term(name: str, kind: str = "@id", **more: str) -> dict[str, str]:
    return {"@id": name, "@type": kind, **more}


CONTEXT: dict[str, Any] = {
    "oa": "http://www.w3.org/ns/oa#",
    "as": "http://www.w3.org/ns/activitystreams#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "type": "@type",
    **{
        name: f"oa:{name}"
        for name in "Annotation TextualBody TextQuoteSelector TextPositionSelector classifying commenting describing"
        " identifying".split()
    },
    "AnnotationPage": "as:OrderedCollectionPage",
    "Person": "foaf:Person",
    "name": _term("foaf:name", "xsd:string"),
    "created": _term("dcterms:created", "xsd:dateTime"),
    "modified": _term("dcterms:modified", "xsd:dateTime"),
    "creator": _term("dcterms:creator"),
    "motivation": _term("oa:motivatedBy", "@vocab"),
    "purpose": _term("oa:hasPurpose", "@vocab"),
    "body": _term("oa:hasBody"),
    "target": _term("oa:hasTarget"),
    "source": _term("oa:hasSource"),
    "selector": _term("oa:hasSelector"),
    "value": _term("rdf:value", "xsd:string"),
    **{name: _term(f"oa:{name}", "xsd:string") for name in ("exact", "prefix", "suffix")},
    **{name: _term(f"oa:{name}", "xsd:nonNegativeInteger") for name in ("start", "end")},
    "items": _term("as:items", **{"@container": "@list"}),
    "startIndex": _term("as:startIndex", "xsd:nonNegativeInteger"),
}
"""The terms of the Web Annotation vocabulary that an export uses (W3C Recommendation, 23 February 2017)."""


def test_label_studio_accepts_every_annotation_under_the_config(export: Export) -> None:
    interface = consumer("label_studio_sdk.label_interface")
    out = export("labelstudio")
    tasks = json.loads((out / "labelstudio.json").read_text())

    config = interface.LabelInterface((out / "labelstudio.xml").read_text())

    annotations = [a for task in tasks for a in task["annotations"]]
    assert len(annotations) == 8
    assert all(config.validate_annotation(annotation) for annotation in annotations)
    broken = json.loads(json.dumps(annotations[2]).replace('"oppose"', '"opposed"'))
    assert not config.validate_annotation(broken)
    for task in tasks:
        for result in (r for a in task["annotations"] for r in a["result"] if r["type"] == "labels"):
            assert 0 <= result["value"]["start"] < result["value"]["end"] <= len(task["data"]["text"])


def test_label_studio_converts_the_export_to_its_other_formats(export: Export, tmp_path: Path) -> None:
    converter = consumer("label_studio_sdk.converter")
    out = export("labelstudio")

    made = converter.Converter(config=(out / "labelstudio.xml").read_text(), project_dir=None)
    made.convert_to_json_min(str(out / "labelstudio.json"), str(tmp_path / "min"), is_dir=False)

    (path,) = (tmp_path / "min").glob("*.json")
    texts = [region["text"] for row in json.loads(path.read_text()) for region in row.get("statement", [])]
    assert "“We will not sign,”" in texts


def test_argilla_builds_every_record(export: Export) -> None:
    rg = consumer("argilla")
    out = export("argilla")
    given = [json.loads(line) for line in (out / "argilla.jsonl").read_text().splitlines()]

    records = [rg.Record.from_dict(row) for row in given]

    assert len(records) == 6
    assert records[0].fields["evidence"] == "“We will not sign,”"
    assert records[0].responses["stance"][0].value == "oppose"
    assert records[0].responses["issues"][0].value == ["jobs", "sea|fish"]


def test_pyld_expands_the_annotations_without_losing_a_key(export: Export) -> None:
    jsonld = consumer("pyld.jsonld")
    out = export("webannotation")

    def load(url: str, _options: dict[str, Any]) -> dict[str, Any]:
        assert url == "http://www.w3.org/ns/anno.jsonld"
        return {"contextUrl": None, "documentUrl": url, "document": {"@context": CONTEXT}}

    document = json.loads((out / "annotations.jsonld").read_text())
    quads = jsonld.to_rdf(document, {"documentLoader": load})["@default"]

    values = {(q["predicate"]["value"], q["object"]["value"]) for q in quads}
    assert ("urn:annotator:terms:variable", "stance") in values
    assert ("http://www.w3.org/1999/02/22-rdf-syntax-ns#value", "oppose") in values
    assert ("http://www.w3.org/ns/oa#exact", "“We will not sign,”") in values
    start = TEXT.index("“We will")
    assert ("http://www.w3.org/ns/oa#start", str(start)) in values
    annotations = [q for q in quads if q["object"]["value"] == "http://www.w3.org/ns/oa#Annotation"]
    assert len(annotations) == 6

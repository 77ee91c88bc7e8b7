"""What fuzzing begins from: one good input for each target."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path

from annotator.files.shipped import shipped
from annotator.store import Store
from tests.conftest import SAMPLES, article
from tests.ingest.sources import invented
from tests.ingest.test_documents import epub, pdf, rtf, warc, word, xlsx
from tests.store.work import CODEBOOK, act


def seed(target: str) -> list[bytes]:
    """Good inputs of a target."""
    sample = min(SAMPLES.glob("*.txt")).read_bytes()[:2000]
    if target == "codebook":
        return [shipped("schemas/checkworthiness.yaml").encode(), CODEBOOK.model_dump_json().encode()]
    if target == "jsonl":
        return [json.dumps({"text": "One.\nTwo.", "title": "A title", "date": "2026-01-01"}).encode() + b"\n"]
    if target == "csv":
        return [b'title,text\nA title,"One.\nTwo, three."\n', "title;text\nÜber;Zwölf\n".encode("cp1252")]
    if target == "html":
        page = b"<html><head><title>A title</title></head><body><h1>A title</h1><p>One.</p><p>Two.</p></body></html>"
        return [page, *(build().encode() for build in (invented.nexis_html, invented.factiva_html))]
    if target == "document":
        files = (
            word("One.", "Two."),
            rtf("One.", "Two."),
            pdf([(72, "One.")]),
            xlsx(("text",), ("One.",)),
            epub(),
            warc(),
        )
        return [*files, b"<rss><channel><item><title>A</title></item></channel></rss>"]
    if target == "archive":
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr("a.txt", "One.\nTwo.")
        return [data.getvalue()]
    if target == "project":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "seed.db"
            with Store.create(path, CODEBOOK, [article("One.\nTwo.")]) as store:
                store.connection.before_first_write = None
                for i, kind in enumerate(("statement", "label", "speaker", "review", "undo")):
                    act(store, "anna", (kind, i % 2, i))
            return [path.read_bytes()]
    batches = (invented.nexis_text, invented.nexis_uni, invented.factiva_text, invented.proquest)
    return [sample, sample.decode("utf-8", "replace").encode("utf-16"), *(build().encode() for build in batches)]

"""What hostile bytes are given to: each target accepts them or refuses them in one sentence."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from annotator.codebook.file import parse_codebook
from annotator.errors import AnnotatorError, CodebookError
from annotator.ingest import Read, Refusal, read
from annotator.store import Store
from annotator.store.rescue.doctor import examine
from annotator.store.rescue.salvage import salvage
from annotator.text.terminal_text import plain

Target = Callable[[bytes], None]


def codebook(data: bytes) -> None:
    """A codebook, as YAML and as JSON."""
    text = data.decode("utf-8", "replace")
    for is_json in (False, True):
        try:
            parse_codebook(text, is_json=is_json)
        except CodebookError as error:
            for fault in error.faults:
                _check_sentence(fault)


def text(data: bytes) -> None:
    """A text file."""
    _ingest(data, ".txt")


def jsonl(data: bytes) -> None:
    """Articles as JSON lines."""
    _ingest(data, ".jsonl")


def csv(data: bytes) -> None:
    """Articles as a spreadsheet."""
    _ingest(data, ".csv")


def html(data: bytes) -> None:
    """A web page."""
    _ingest(data, ".html")


def archive(data: bytes) -> None:
    """A zip archive of articles."""
    _ingest(data, ".zip")


def document(data: bytes) -> None:
    """A document or XML, told by its content."""
    _ingest(data, ".unknown")


def project(data: bytes) -> None:
    """A project file: opened, read through, examined, salvaged."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hostile.db"
        path.write_bytes(data)
        for use in (_read_through, examine, lambda path: salvage(path, path.with_name("saved.db"))):
            try:
                use(path)
            except AnnotatorError as error:
                _check_sentence(str(error))


def _read_through(path: Path) -> None:
    with Store(path) as store:
        store.status()
        coding = store.coding("anna")
        coding.next_left(0)
        for article in store.articles.all():
            store.articles.text(article.id)
            coding.statements(article.first)
        store.history.latest()


def _ingest(data: bytes, ending: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"input{ending}"
        path.write_bytes(data)
        for found in read(path):
            if isinstance(found, Refusal):
                _check_sentence(found.sentence)
            elif isinstance(found, Read):
                _check_article(found)


def _check_article(found: Read) -> None:
    """Nothing is lost: between paragraphs there are only blanks."""
    article, at = found.article, 0
    for paragraph in article.paragraphs:
        assert not article.raw_text[at : paragraph.start].strip(), "text between paragraphs"
        assert article.text(paragraph).strip(), "a blank paragraph"
        at = paragraph.end
    assert not article.raw_text[at:].strip(), "text after the last paragraph"


def _check_sentence(sentence: str) -> None:
    assert sentence.strip(), "a refusal without a sentence"
    assert "\n" not in sentence, f"a refusal of several lines: {sentence!r}"
    assert plain(sentence) == sentence, f"a refusal that moves the terminal: {sentence!r}"


TARGETS: dict[str, Target] = {
    "codebook": codebook,
    "text": text,
    "jsonl": jsonl,
    "csv": csv,
    "html": html,
    "archive": archive,
    "document": document,
    "project": project,
}

"""Text files that are not articles: source code, lists of references, annotations apart from their texts, CoNLL."""

from __future__ import annotations

import re

from annotator.errors import IngestError
from annotator.text.word_lists import read_words

_ALL_THE_SAME = "or add it all the same with --format text"
_CODE = read_words(__file__, "code_suffixes")
_REFERENCES = frozenset(".bib .nbib .enw .ciw".split())
_CONLL = frozenset(".conll .conllu .conllx .iob .bio".split())
_BIBTEX = re.compile(
    r"(?:\s*%[^\n]*\n)*\s*@(?:article|book|misc|incollection|inproceedings|string|techreport)\s*[{(]", re.IGNORECASE
)
_TAGGED = re.compile(r"\s*(?:%0 [A-Z]|PMID- \d|FN (?:Clarivate|Thomson|ISI)|PT [JBS]\n)")
_STANDOFF = re.compile(r"(?:T\d+\t\S+ \d+ \d+(?:;\d+ \d+)*\t|[REAMN]\d+\t\S+|#\d+\t\S+ [TREAMN]\d+\t|\*\t\S+ T\d)")
_TAG = re.compile(r"(?:O|[BIESLU]-\S+)")
_LINES = 40
_FEWEST = 4
_MOST_COLUMNS = 20


def refuse_other_than_articles(text: str, path: str) -> None:
    """Refuse a text that its name or its first lines show to be something else than an article.

    Raises:
        IngestError: It is; the sentence says what it is and what to do.
    """
    suffix = f".{path.rpartition('.')[2].lower()}"
    if suffix in _CODE or text.startswith("#!/"):
        raise IngestError(f"is source code, not an article: leave it out, {_ALL_THE_SAME}")
    if suffix in _REFERENCES or _BIBTEX.match(text[:2000]) or _TAGGED.match(text[:200]):
        raise IngestError(f"is a list of references, not articles: export the full texts instead, {_ALL_THE_SAME}")
    start = text[:8000]
    if suffix == ".ann" or ("\t" in start and _are(start, _is_standoff)):
        raise IngestError(f"holds annotations without their text: add the text file beside it, {_ALL_THE_SAME}")
    if suffix in _CONLL or text.startswith("-DOCSTART-") or _is_conll(start):
        raise IngestError(f"is a file of tokens (CoNLL), not an article: add the texts it was made of, {_ALL_THE_SAME}")


def _first_lines(text: str) -> list[str]:
    return [line for line in text.splitlines()[:_LINES] if line.strip() and not line.startswith("# ")]


def _are(text: str, test: object) -> bool:
    lines = _first_lines(text)
    return callable(test) and len(lines) > 1 and all(map(test, lines))


def _is_standoff(line: str) -> bool:
    return _STANDOFF.match(line) is not None


def _is_conll(text: str) -> bool:
    """Whether each line is a word with its tags: columns by tabs, or the last one a tag of the BIO kind."""
    first, _, rest = text.lstrip().partition("\n")
    n = len(first.split())
    if not 1 < n <= _MOST_COLUMNS or len(rest.partition("\n")[0].split()) not in (0, n):
        return False  # most texts end here
    lines = _first_lines(text)[:-1]  # the last one may be cut
    columns = [line.split() for line in lines]
    if len(lines) < _FEWEST or any(len(words) != n for words in columns):
        return False
    return all(_TAG.fullmatch(words[-1]) for words in columns) or (
        n >= _FEWEST and "\t" in lines[0] and all(words[0].isdecimal() for words in columns)
    )

"""Statements, paragraphs and labels as flat rows, for formats that are tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from annotator.codebook.model import Codebook, Variable
from annotator.jsonl_lines import PARENT
from annotator.records import (
    ArticleRecord,
    AssignmentRecord,
    Columns,
    LabelRecord,
    ParagraphRecord,
    Source,
    StatementRecord,
)

BEFORE = "statement_id article_id article paragraph paragraph_start paragraph_end role coder speakers".split()
AFTER = "evidence evidence_start evidence_end note flag codebook codebook_version created_at updated_at".split()
PARAGRAPH = "article_id article paragraph start end text role coder state".split()
PARAGRAPH_AFTER = "flag note seconds".split()
ASSIGNMENT = list(AssignmentRecord._fields)
LABEL = (
    "unit statement_id article_id article paragraph role coder variable value origin codebook_version parent".split()
)


ARTICLE = "article_id article title source date url".split()
ARTICLE_AFTER = "added_at sha256 characters paragraphs reprint_group".split()
PREFIX = "article_"
"""Begins the name of every column with an article's metadata in another table."""


class ArticleFacts:
    """The columns with an article's metadata: of a table of articles, and beside the columns of another table."""

    def __init__(self, source: Source, *, beside: bool = True) -> None:
        """Read the keys.

        Args:
            source: The project.
            beside: Whether other tables get these columns.
        """
        self._keys = source.metadata_keys()
        self._beside = beside
        self.columns = different([*ARTICLE, *ARTICLE_AFTER, *self._keys])
        """Of a table of articles."""

    def row(self, article: ArticleRecord) -> list[Any]:
        """An article under `columns`."""
        size = [article.added_at, article.sha256, len(article.raw_text), len(article.paragraphs), article.reprint_group]
        return [article.article_id, article.name, *self._about(article, size)]

    def with_columns(self, others: list[str]) -> list[str]:
        """The columns of another table, with those that it gets."""
        names = [*ARTICLE[2:], *self._keys] if self._beside else []
        return different([*others, *(f"{PREFIX}{name}" for name in names)])

    def row_beside(self, article: ArticleRecord) -> list[Any]:
        """What another table gets, of one article."""
        return self._about(article, []) if self._beside else []

    def _about(self, article: ArticleRecord, size: list[Any]) -> list[Any]:
        known = [article.title, article.source, article.date, article.url]
        return [*known, *size, *(_plain(article.metadata.get(key)) for key in self._keys)]


def different(names: Iterable[str]) -> list[str]:
    """Names of columns, all different whatever their capitals: one that comes again gets an underscore."""
    seen: set[str] = set()
    found = []
    for given in names:
        name = given
        while name.casefold() in seen:
            name += "_"
        seen.add(name.casefold())
        found.append(name)
    return found


def _plain(value: Any) -> Any:
    """A value of the metadata as a cell; lists and objects as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def statement_columns(source: Source) -> list[str]:
    """The columns of a table of statements: the keys of `statements.jsonl` in their order."""
    return [*BEFORE, *(v.name for v in Columns.of(source.codebook).statement), *AFTER]


def paragraph_columns(source: Source) -> list[str]:
    """The columns of a table of paragraphs and coders: the keys of `paragraphs.jsonl` in their order."""
    return [*PARAGRAPH, *(v.name for v in Columns.of(source.codebook).paragraph), *PARAGRAPH_AFTER]


def statement_row(
    article: ArticleRecord, paragraph: ParagraphRecord, statement: StatementRecord, variables: tuple[Variable, ...]
) -> list[Any]:
    """One statement under the columns of `statement_columns`."""
    return [
        statement.statement_id,
        article.article_id,
        article.name,
        paragraph.position,
        paragraph.start,
        paragraph.end,
        statement.role,
        statement.coder,
        statement.speakers,
        *(statement.value(variable.name) for variable in variables),
        article.evidence(statement),
        statement.evidence_start,
        statement.evidence_end,
        statement.note,
        statement.flag,
        statement.codebook.name,
        statement.codebook.version,
        statement.created_at,
        statement.updated_at,
    ]


def paragraph_rows(
    article: ArticleRecord, paragraph: ParagraphRecord, variables: tuple[Variable, ...]
) -> Iterator[list[Any]]:
    """A row for each coder who saw the paragraph, or one with coder None, under `paragraph_columns`."""
    head = [article.article_id, article.name, paragraph.position, paragraph.start, paragraph.end]
    text = article.text(paragraph) or None
    if paragraph.is_unseen:
        yield [*head, text, paragraph.role, None, "unseen", *(None for _ in variables), False, None, 0.0]
    for review in paragraph.reviews:
        values = (review.labels[v.name].value if v.name in review.labels else None for v in variables)
        role = review.role or paragraph.role
        yield [*head, text, role, review.coder, review.state, *values, review.flag, review.note, review.seconds]


def label_rows(article: ArticleRecord, versions: dict[str, str], parents: Parents) -> Iterator[list[Any]]:
    """A row for every label of an article, its paragraphs and statements: unit × coder × variable."""

    def rows(unit: str, head: list[Any], labels: Mapping[str, LabelRecord]) -> Iterator[list[Any]]:
        for variable, label in labels.items():
            parent = parents.of(variable, label.value)
            yield [unit, *head, variable, label.value, label.origin, versions[label.codebook], parent]

    here = [article.article_id, article.name]
    for coder, labels in article.labels.items():
        yield from rows("article", [None, *here, None, None, coder], labels)
    for paragraph in article.paragraphs:
        roles = {review.coder: review.role for review in paragraph.reviews}
        for coder, labels in paragraph.labels.items():
            role = roles.get(coder) or paragraph.role
            yield from rows("paragraph", [None, *here, paragraph.position, role, coder], labels)
        for one in paragraph.statements:
            head = [one.statement_id, *here, paragraph.position, one.role, one.coder]
            yield from rows("statement", head, one.labels)


class Parents:
    """The category above each label, for variables whose categories have narrower ones."""

    def __init__(self, codebook: Codebook) -> None:
        trees = {v.name: {one.name: above[-1] for one, above in v.walk() if above} for v in codebook.variables}
        self._above = {name: above for name, above in trees.items() if above}
        self._taken = frozenset(variable.name for variable in codebook.variables)

    def of(self, variable: str, value: Any) -> Any:
        """The category above a label, or of a set those above its members; None for one at the top."""
        above = self._above.get(variable)
        if above is None or value is None:
            return None
        if isinstance(value, list):
            return list(dict.fromkeys(above[one] for one in value if one in above)) or None
        return above.get(value)

    def columns(self, columns: Sequence[str]) -> list[str]:
        """The columns of a table, and after them one for each variable with a hierarchy: its name and `.parent`."""
        return [*columns, *(f"{name}{PARENT}" for name in self._in(columns))]

    def extend(self, columns: Sequence[str], rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
        """The rows of a table with these columns more."""
        places = [(name, columns.index(name)) for name in self._in(columns)]
        for row in rows:
            yield [*row, *(self.of(name, row[place]) for name, place in places)]

    def _in(self, columns: Sequence[str]) -> list[str]:
        return [name for name in self._above if name in columns and f"{name}{PARENT}" not in self._taken]


class TableRows:
    """The tables of statements, paragraphs, labels and articles, alike in every format that has them.

    Each row has the category above each label, and the article's metadata beside it if they are asked for.
    """

    def __init__(self, source: Source, *, metadata: bool, cell: Callable[[Any], Any] = lambda value: value) -> None:
        """Read the columns.

        Args:
            source: The project.
            metadata: Whether each row gets the article's metadata.
            cell: Makes a cell of a value of the metadata.
        """
        self._variables, self._versions = Columns.of(source.codebook), versions_of(source)
        self._parents, self._facts, self._cell = Parents(source.codebook), ArticleFacts(source, beside=metadata), cell
        self._of_statement, self._of_paragraph = statement_columns(source), paragraph_columns(source)
        self.statement_columns = self._facts.with_columns(self._parents.columns(self._of_statement))
        self.paragraph_columns = self._facts.with_columns(self._parents.columns(self._of_paragraph))
        self.label_columns = self._facts.with_columns(LABEL)
        self.article_columns = self._facts.columns

    def paragraphs(self, article: ArticleRecord) -> Iterator[list[Any]]:
        """Under `paragraph_columns`."""
        rows = (row for one in article.paragraphs for row in paragraph_rows(article, one, self._variables.paragraph))
        return self._beside(article, self._parents.extend(self._of_paragraph, rows))

    def statements(self, article: ArticleRecord) -> Iterator[list[Any]]:
        """Under `statement_columns`."""
        rows = (statement_row(article, at, one, self._variables.statement) for at, one in article.statements())
        return self._beside(article, self._parents.extend(self._of_statement, rows))

    def labels(self, article: ArticleRecord) -> Iterator[list[Any]]:
        """Under `label_columns`."""
        return self._beside(article, label_rows(article, self._versions, self._parents))

    def article(self, article: ArticleRecord) -> list[Any]:
        """Under `article_columns`."""
        return self._facts.row(article)

    def _beside(self, article: ArticleRecord, rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
        about = [self._cell(value) for value in self._facts.row_beside(article)]
        return ([*row, *about] for row in rows)


def versions_of(source: Source) -> dict[str, str]:
    """The version of every codebook by its id."""
    return {codebook.codebook_id: codebook.version for codebook in source.codebooks()}


def coder_rows(source: Source) -> Iterator[list[Any]]:
    """A row a coder: human, model or pre-annotation, and whose second coding it is."""
    for coder in source.coders:
        model = coder.model
        yield [coder.name, coder.kind, coder.recheck_of, model and model.version, model and model.date]


def category_rows(source: Source) -> Iterator[list[Any]]:
    """The dictionary of the codebook in force: a row a category, with its code, from 1, in codebook order."""
    for variable in source.codebook.variables:
        for code, (category, above) in enumerate(variable.walk(), start=1):
            parent = above[-1] if above else None
            yield [
                variable.name,
                variable.scope,
                variable.level,
                code,
                category.name,
                parent,
                category.definition,
                category.outside_scale,
                category.retired,
            ]


CODER = "coder kind recheck_of model_version model_date".split()
CATEGORY = "variable scope level code category parent definition outside_scale retired".split()


CODEBOOK = [*CATEGORY, "title", "question", "guidance", "key", "use", "avoid", "examples"]


def codebook_rows(source: Source) -> Iterator[list[Any]]:
    """The codebook in force to read: a row a category, and one a variable without categories."""
    for variable in source.codebook.variables:
        about = [variable.title, variable.definition, variable.guidance]
        for code, (category, above) in enumerate(variable.walk(), start=1):
            yield [
                *(variable.name, variable.scope, variable.level, code, category.name, above[-1] if above else None),
                *(category.definition, category.outside_scale, category.retired, *about, category.key),
                *(category.use, category.avoid, "\n".join(example.text for example in category.examples) or None),
            ]
        if not variable.categories:
            head = [variable.name, variable.scope, variable.level, *(None for _ in CATEGORY[3:])]
            yield [*head, *about, variable.key, None, None, None]

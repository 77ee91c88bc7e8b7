"""Codebook versions for reading and checking imported labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from annotator.codebook.model import Codebook, Variable
from annotator.errors import AnnotatorError, IngestError
from annotator.importing.label_values import checked_value
from annotator.jsonl_lines import ForeignLine
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.store import Store


class Given(NamedTuple):
    """An imported value and its codebook version."""

    variable: Variable
    value: Any
    codebook_id: str


class Versions:
    """The codebook versions of a project, each read once."""

    def __init__(self, store: Store) -> None:
        self._books = store.codebooks
        self._read: dict[str, Codebook] = {}
        self._named: dict[tuple[str | None, str | None], str | None] = {}
        self._unknown: Counter[tuple[str | None, str | None]] = Counter()

    def codebook(self, codebook_id: str) -> Codebook:
        """The version of that id.

        Raises:
            IngestError: The project does not have it.
        """
        if codebook_id not in self._read:
            try:
                self._read[codebook_id] = self._books.version(codebook_id)
            except AnnotatorError as error:
                raise IngestError(f"there is no codebook version {one_line(codebook_id)} in this project") from error
        return self._read[codebook_id]

    def of(self, row: ForeignLine) -> tuple[str, ...]:
        """The ids of the versions that a row's labels may come from: the one it names, then the one in force."""
        current = self._books.current_id()
        named = (row.codebook, row.codebook_version)
        if named not in self._named:
            self._named[named] = self._find(*named)
        version = self._named[named]
        if version is None and named != (None, None):
            self._unknown[named] += 1
        return (current,) if version in (None, current) else (version or current, current)

    def remarks(self) -> Iterator[str]:
        """A sentence for each version that rows name and the project does not have."""
        here = self._books.current()
        for (name, version), n in self._unknown.items():
            named = one_line(" ".join(filter(None, (name, version))))
            rows = counted(n, "row")
            yield (
                f"the project does not have the codebook version {named}, which {rows} name{'s' * (n == 1)}; their"
                f" labels count as made under {here.name} {here.version}"
            )

    def _find(self, name: str | None, version: str | None) -> str | None:
        """The id of the version with this name and number; a program may have made 1.0 of 1, or 1 of 1.0."""
        if version is None:
            return None
        books = [(id_, v) for id_, book, v, _ in reversed(self._books.versions()) if name in (None, book)]
        exact = next((id_ for id_, v in books if v == version), None)
        alike = {v: id_ for id_, v in reversed(books) if version in _as_number(v)}
        return exact or (next(iter(alike.values())) if len(alike) == 1 else None)

    def is_unknown(self, name: str) -> bool:
        """Whether the codebook in force has no variable of that name."""
        return self.codebook(self._books.current_id()).variable(name) is None

    def given(self, versions: tuple[str, ...], name: str, value: Any) -> Given:
        """A row's value of a variable, under the first of these versions that knows it.

        Raises:
            IngestError: None of them has it.
        """
        refusals: list[IngestError] = []
        for version in versions:
            try:
                variable = variable_of(self.codebook(version), name)
                return Given(variable, None if value is None else checked_value(variable, value), version)
            except IngestError as error:
                refusals.append(error)
        raise refusals[0]


def variable_of(codebook: Codebook, name: str) -> Variable:
    """A variable of a codebook, or a refusal."""
    variable = codebook.variable(name)
    if variable is None:
        raise IngestError(f"{one_line(name)!r} is not a variable of the codebook {codebook.name} {codebook.version}")
    return variable


def _as_number(version: str) -> tuple[str, ...]:
    """What becomes of a version that a program takes for a number: 1 and 1.0 of 1.0, and 1.1 of 1.10."""
    try:
        number = float(version)
    except ValueError:
        return ()
    return (repr(number), str(int(number))) if number.is_integer() else (repr(number),)

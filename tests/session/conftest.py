"""A coder at work on a small article, and what a second connection to the project file then finds."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from annotator.codebook.model import Codebook, Variable
from annotator.session import Session
from annotator.store import Store
from tests.conftest import MakeProject, connect

BOAT = "The first boat in a month left the harbour on Saturday, and half of the town had come to see it off."
DOUBTFUL = "\n".join([BOAT, BOAT, "Advertisement", "Now it is your turn.", "Advertisement", BOAT])
"""An article whose fourth paragraph may be body or furniture."""
TEXT = (
    "Ada Stone, the harbour minister, said on Monday that the pier must be rebuilt. "
    "“We shall pay for it,” she said. Critics doubt the price.\n"
    "\n"
    "Bo Reed of the fishing union called the plan “a gift to the hotels.” He wants a vote.\n"
    "READ MORE\n"
    "The pier was built in 1904.\n"
)
"""Four paragraphs: two speakers, a cue-less sentence, furniture, a fact of the journalist's."""

OTHER = "Nobody was hurt, said Ada Stone.\nA second paragraph.\n"


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


class Database:
    """What a second connection finds in a project file: only what was committed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with closing(connect(self._path)) as connection:
            found: list[tuple[Any, ...]] = connection.execute(sql, parameters).fetchall()
            return found

    def one(self, sql: str, *parameters: object) -> Any:
        ((value,),) = self.all(sql, *parameters)
        return value

    def statements(self, coder: str = "a") -> list[dict[str, Any]]:
        """A coder's statements in order: where, who, which words, and each label with its origin."""
        rows = self.all(
            "select s.id, p.position, s.evidence_start, s.evidence_end, a.raw_text, s.note, s.flag from statements s"
            " join paragraphs p on p.id = s.paragraph join articles a on a.id = p.article"
            " join coders c on c.id = s.coder where c.name = ? and s.deleted = 0 order by s.id",
            coder,
        )
        return [
            {
                "paragraph": row[1],
                "evidence": None if row[2] is None else row[4][row[2] : row[3]],
                "speakers": [
                    words
                    for (words,) in self.all(
                        "select words from statement_speakers where statement = ? order by position", row[0]
                    )
                ],
                "note": row[5],
                "flag": bool(row[6]),
                **{name: value for name, value, _ in self._labels("labels", "statement = ?", row[0])},
            }
            for row in rows
        ]

    def origins(self, coder: str = "a") -> list[dict[str, str]]:
        """How each label of each statement came about."""
        rows = self.all(
            "select s.id from statements s join coders c on c.id = s.coder where c.name = ? and s.deleted = 0"
            " order by s.id",
            coder,
        )
        return [{name: origin for name, _, origin in self._labels("labels", "statement = ?", id_)} for (id_,) in rows]

    def paragraph_labels(self, position: int, coder: str = "a") -> dict[str, Any]:
        """A coder's labels of a paragraph."""
        where = "paragraph = ? and coder = (select id from coders where name = ?)"
        return {name: value for name, value, _ in self._labels("paragraph_labels", where, position + 1, coder)}

    def article_labels(self, coder: str = "a") -> dict[str, Any]:
        """A coder's labels of the first article."""
        where = "article = 1 and coder = (select id from coders where name = ?)"
        return {name: value for name, value, _ in self._labels("article_labels", where, coder)}

    def review(self, position: int, coder: str = "a") -> tuple[str, bool, str | None, str | None]:
        """A coder's state of a paragraph of the first article: state, flag, note, corrected role."""
        rows = self.all(
            "select r.state, r.flag, r.note, r.role from reviews r join coders c on c.id = r.coder"
            " where r.paragraph = ? and c.name = ?",
            position + 1,
            coder,
        )
        return (rows[0][0], bool(rows[0][1]), rows[0][2], rows[0][3]) if rows else ("unseen", False, None, None)

    def state(self, position: int, coder: str = "a") -> str:
        return self.review(position, coder)[0]

    def n_steps(self, coder: str = "a") -> int:
        """How many steps the history holds."""
        return int(self.one("select count(*) from steps s join coders c on c.id = s.coder where c.name = ?", coder))

    def _labels(self, table: str, where: str, *parameters: object) -> list[tuple[str, Any, str]]:
        sql = f"select variable, value, origin from {table} where {where} order by variable"
        return [(name, self._loaded(value), origin) for name, value, origin in self.all(sql, *parameters)]

    @staticmethod
    def _loaded(value: object) -> object:
        return json.loads(value) if isinstance(value, str) and value.startswith('["') else value


Begin = Callable[..., Session]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    """A project with the two small articles and the default codebook."""
    return make_project(TEXT, OTHER)


@pytest.fixture
def session(project: Store, clock: Clock) -> Session:
    """The coder a, at the first paragraph."""
    return Session(project, "a", clock)


@pytest.fixture
def database(project: Store) -> Database:
    return Database(project.path)


def variable(session: Session, name: str) -> Variable:
    found = session.instrument.codebook.variable(name)
    assert found is not None
    return found


def choose(session: Session, name: str, category: str) -> None:
    """What the key of a category does."""
    session.labels.choose(variable(session, name), category)


def code(session: Session, speaker: str = "Ada Stone", stance: str = "support", claim_type: str = "demand") -> None:
    """A whole statement in the paragraph on the screen."""
    session.statements.type_speaker(speaker)
    choose(session, "stance", stance)
    choose(session, "claim_type", claim_type)


def instrument(*variables: dict[str, Any], **more: Any) -> Codebook:
    """A codebook of these variables."""
    return Codebook.model_validate({"name": "test", "variables": list(variables), **more})

"""Which readers of the hub may see each change of a step, by its kind of record and its paragraph.

A batch says `all` of a step that only the rule of blindness hides. The hub cannot look into a project file, so that a
step goes there in parts, each with one of these audiences:

- `spot:ARTICLE:POSITION` others' work on a paragraph; `article:ARTICLE` their labels of a whole article;
- `gold:ARTICLE:POSITION` gold of a paragraph;
- `sighted` readers who are not blind: registry entries that a coder made, and what names no known paragraph;
- `about:ARTICLE` those who have the article; `self` the coder's own machines;
- `all`, `lead` and `coder:NAME` as in a batch.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from annotator.batch import (
    ALL,
    ITEM,
    LEAD,
    OF_STUDY,
    ArticleItem,
    CoderItem,
    Item,
    Line,
    PlaceItem,
    SeenItem,
    Spot,
    StepItem,
    for_coder,
)

PROGRAM = "annotator"
"""The name under which the program's own steps stand in the history."""

SELF, SIGHTED = "self", "sighted"

Statement = tuple[str, str]
"""The id of a statement and the coder whose it is."""

_FOR_LEAD = frozenset({"aggregation", "aggregate", "draw", "model"})
_FOR_ONE = frozenset({"assignment", "unblinding"})
_OF_STATEMENT = frozenset({"mentions", "label"})
_OF_PARAGRAPH = frozenset({"review", "paragraph label"})


class Row(NamedTuple):
    """A row of the hub's table of items, without its place in the stream."""

    kind: str
    author: str
    audience: str
    step_id: str | None
    body: str
    """JSON of the item."""


def new_statements(items: Iterable[Item]) -> dict[Statement, Spot]:
    """The paragraph of each statement that the steps tell of by itself."""
    found: dict[Statement, Spot] = {}
    for item in items:
        if isinstance(item, StepItem):
            for line in item.changes:
                if line.entity == "statement":
                    said = json.loads(line.after or line.before or "null")
                    if said is not None:
                        key = json.loads(line.key)
                        found[key[0], item.coder] = Spot(said["article_id"], said["paragraph"])
    return found


def named_statements(items: Iterable[Item]) -> set[Statement]:
    """The statements of which the steps name only the id."""
    return {
        (json.loads(line.key)[0], item.coder)
        for item in items
        if isinstance(item, StepItem)
        for line in item.changes
        if line.entity in _OF_STATEMENT
    }


def rows_of(item: Item, spots: Mapping[Statement, Spot], pusher: str, *, is_lead: bool) -> list[Row]:
    """The rows of an item: one, or for a step one for each audience of its changes.

    Args:
        item: The item.
        spots: The paragraphs of statements.
        pusher: The coder who sends it.
        is_lead: Whether the pusher leads the study.
    """
    if isinstance(item, StepItem):
        return _rows_of_step(item, spots, is_lead=is_lead)
    author, audience = pusher, ALL
    if isinstance(item, ArticleItem):
        audience = f"about:{item.article_id}"
    elif isinstance(item, CoderItem):
        author = pusher if is_lead else item.name
    elif isinstance(item, PlaceItem):
        author, audience = item.coder, SELF
    elif isinstance(item, SeenItem):
        author, audience = item.coder, _spot(*item.spot)
    return [Row(item.kind, author, audience, None, _json(item))]


def _rows_of_step(item: StepItem, spots: Mapping[Statement, Spot], *, is_lead: bool) -> list[Row]:
    parts: dict[str, list[Line]] = {}
    for line in item.changes:
        audience = item.audience
        if audience == ALL:
            audience = _audience(item.coder, line, spots, is_lead=is_lead)
        parts.setdefault(audience, []).append(line)
    if not parts:
        is_open = item.audience != ALL or item.coder == PROGRAM
        parts[item.audience if is_open else SIGHTED] = []
    whole = len(parts) == 1
    return [
        Row(
            item.kind,
            item.coder,
            audience,
            item.step_id,
            _json(item if whole else item.model_copy(update={"changes": tuple(lines)})),
        )
        for audience, lines in parts.items()
    ]


def _audience(coder: str, line: Line, spots: Mapping[Statement, Spot], *, is_lead: bool) -> str:
    entity, key = line.entity, json.loads(line.key)
    if entity == "speaker":
        return ALL if coder == PROGRAM else SIGHTED
    if entity in _FOR_ONE:
        return for_coder(key[0])
    if entity == "verdict":
        return _spot(key[0], key[1], "gold")
    if entity in _OF_PARAGRAPH:
        return _spot(key[0], key[1])
    if entity == "article label":
        return f"article:{key[0]}"
    if entity == "article":
        # Whether an article is removed concerns those who have it.
        return f"about:{key[0]}"
    if entity in OF_STUDY:
        return ALL if is_lead and entity not in _FOR_LEAD else LEAD  # from a coder the hub refuses it
    if entity == "statement" or entity in _OF_STATEMENT:
        spot = spots.get((key[0], coder))
        return SIGHTED if spot is None else _spot(*spot)
    # Another kind of record: of the program's the batch has said it, a coder's would be new to this version.
    return ALL if coder == PROGRAM else LEAD


def _spot(article_id: str, position: Any, scope: str = "spot") -> str:
    return f"{scope}:{article_id}:{int(position)}"


def _json(item: Item) -> str:
    return ITEM.dump_json(item).decode()


def joined(items: Iterable[Item]) -> tuple[Item, ...]:
    """Items with the parts of each step in one again, where the first part stood."""
    found: list[Item] = []
    places: dict[tuple[str, str], int] = {}
    for item in items:
        if isinstance(item, StepItem):
            place = places.setdefault((item.step_id, item.audience), len(found))
            if place < len(found):
                first = found[place]
                assert isinstance(first, StepItem)  # noqa: S101 (only steps have places)
                lines = sorted((*first.changes, *item.changes), key=lambda line: line.n)
                found[place] = first.model_copy(update={"changes": tuple(lines)})
                continue
        found.append(item)
    return tuple(found)

"""Flip one bit in a value of every column of every table, and of every kind of line of the history."""

from __future__ import annotations

import random
import shutil
import struct
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from annotator.codebook.diff import decision
from annotator.codebook.model import Category, Codebook, Variable
from annotator.errors import StoreError
from annotator.records import Selection
from annotator.reports.aggregate import aggregate
from annotator.store import Store
from annotator.store.changes.adjudication import name_judges
from annotator.store.changes.aggregation import Aggregations
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.changes.codebook_changes import CodebookChanges
from annotator.store.changes.remove_articles import Removal
from annotator.store.changes.speaker_changes import SpeakerChanges
from annotator.store.coder.coding import Place
from annotator.store.file.schema import columns
from annotator.store.history.record_types import ENTITIES
from annotator.store.merge.merge import merge
from annotator.store.rescue.doctor import examine
from annotator.store.rescue.salvage import salvage
from annotator.store.rescue.sqlite_pages import Pages
from annotator.store.tables.study.model_runs import MODEL, model_key
from tests.conftest import article
from tests.faults.damage import content, is_noticed
from tests.store.work import CODEBOOK, TEXTS, act

UNCHECKED = {
    ("coders", "created_at"),
    ("codebooks", "added_at"),
    ("codebook_steps", "at"),
    ("articles", "added_at"),
    ("reviews", "seconds"),
    ("reviews", "updated_at"),
    ("places", "paragraph"),
    ("places", "statement"),
    ("places", "draft"),
    ("places", "updated_at"),
    ("meta", "value"),
    ("merges", "name"),
    ("merges", "at"),
    ("merges", "undone_at"),
    ("doubts", "raised_at"),
    ("doubts", "settled_at"),
    ("steps", "seen"),
}
"""Of what no checksum is kept: when something was first seen, the place a coder was at, the list of merges."""


class Value(NamedTuple):
    """A value of a row, with the offsets of its bytes in the file."""

    table: str
    column: str
    kind: str
    bytes: tuple[int, ...]

    @property
    def name(self) -> str:
        """Table and column; for a line of the history also its kind of record."""
        return f"{self.table}.{self.column}{f' of a {self.kind}' if self.kind else ''}"


class Flipped(NamedTuple):
    """Results, counted by table and column, and for lines of the history also by kind of record.

    Attributes:
        tried: Flipped bits.
        noticed: Flipped bits that the doctor noticed.
        whole: Noticed ones after which the repair restored everything.
        told: Noticed ones after which the repair listed what is lost.
        refused: Noticed ones that the repair refused in a sentence, writing nothing.
        silent: Changes that nobody noticed, or that the repair kept without a word.
        circles: Repairs whose result the doctor does not call sound.
    """

    tried: Counter[str]
    noticed: Counter[str]
    whole: Counter[str]
    told: Counter[str]
    refused: Counter[str]
    silent: list[str]
    circles: list[str]


def everything(folder: Path) -> Path:
    """A project with rows in every table and every kind of record in the history."""
    path, other = folder / "everything.db", folder / "other.db"
    texts = [article(text, f"article {i}") for i, text in enumerate(TEXTS)]
    with Store.create(path, CODEBOOK, texts) as store:
        store.connection.before_first_write = None
        for coder in ("anna", "ben"):
            _code(store, coder)
        _change_speakers(store)
        store.unblind("anna", "status")
        with store.history.step(store.program(), "import rows") as made:
            made.put(MODEL, model_key("gpt"), {"version": "2", "prompt_sha256": None, "temperature": 0.0, "date": None})
    shutil.copy(path, other)
    for file, value in ((path, "contra"), (other, "open")):
        # The same statement changed in two files, so that the merge finds a conflict.
        with Store(file) as store:
            store.connection.before_first_write = None
            coding = store.coding("anna")
            statement = coding.statements(1)[0].statement_id
            with coding.step("again", 1) as step:
                step.label(statement, "stance", value)
                step.change_statement(statement, note=value)
                step.review(note=value)
    with Store(path) as store:
        store.connection.before_first_write = None
        merge(store, [other])
        _change_codebook(store)
        for i in range(6):
            act(store, "anna", ("settle", i, i))
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["anna"], articles=["article 0"], feedback=True), "training", "gold", feedback=True)
        plan.put(plan.draw(["anna", "ben"], overlap="100%"), "main", "week")
        plan.close("pilot")
        name_judges(store, ["lead"])
        Aggregations(store).put(aggregate(store, "majority", (), Selection(), 0), "anna")
        Removal(store).remove(Removal(store).find(["article 2"]), "lead")
        store.coding("ben").undo()
        store.coding("anna").save_place(Place(2, None, {"stance": "pro"}))
    for part in folder.glob("other.db*"):
        shutil.rmtree(part) if part.is_dir() else part.unlink()
    shutil.rmtree(folder / "everything.db.backups", ignore_errors=True)
    return path


def _code(store: Store, coder: str) -> None:
    for kind, numbers in (
        ("statement", ((0, 1), (1, 2), (3, 4), (0, 6))),
        ("label", ((0, 0), (1, 1), (3, 2), (0, 5))),
        ("speaker", ((0, 0), (1, 1), (3, 2))),
        ("speakers", ((0, 3),)),
        ("note", ((0, 2), (1, 3))),
        ("flag", ((3, 1),)),
        ("review", ((0, 0), (1, 1), (2, 3))),
        ("paragraph", ((0, 0), (1, 1))),
        ("article", ((0, 0), (3, 1))),
    ):
        for i, j in numbers:
            act(store, coder, (kind, i, j))


def _change_speakers(store: Store) -> None:
    changes = SpeakerChanges(store)
    changes.carry_out(changes.alias("Wang Yi", ["Wang", "Minister Wang"]))
    act(store, "anna", ("merge names", 1, 2))


def _change_codebook(store: Store) -> None:
    changes = CodebookChanges(store)
    old = store.codebooks.current()
    new = _renamed(old)
    said = [decision("rename", "stance/open=undecided", old, new)]
    changes.apply(changes.preview(new, said, ["stance"]), store.program())


def _renamed(old: Codebook) -> Codebook:
    stance = next(one for one in old.variables if one.name == "stance")
    names = (Category(name=n) for n in ("pro", "contra", "undecided"))
    changed = Variable(**{**stance.model_dump(exclude={"categories"}), "categories": tuple(names)})
    variables = tuple(changed if one.name == "stance" else one for one in old.variables)
    return old.model_copy(update={"version": "2.0", "variables": variables})


_OFTEN = {"codebooks.document": 10}
"""Columns with few but long values, and how much more often they are tried."""


def flip_each(whole: Path, folder: Path, *, n: int = 1, seed: int = 0) -> Flipped:
    """Flip one bit in n values of every column of every table and of every kind of line of the history."""
    r = random.Random(seed)  # noqa: S311 (no secret)
    before, data = held(whole), whole.read_bytes()
    found = Flipped(Counter(), Counter(), Counter(), Counter(), Counter(), [], [])
    by_name: dict[str, list[Value]] = defaultdict(list)
    for value in values(whole):
        by_name[value.name].append(value)
    for name, choice in sorted(by_name.items()):
        chosen = r.choices(choice, k=n * _OFTEN[name]) if name in _OFTEN else r.sample(choice, min(n, len(choice)))
        for value in chosen:
            at, bit = r.choice(value.bytes), 1 << r.randrange(8)
            path = folder / "damaged.db"
            path.write_bytes(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :])
            _look(path, folder / "saved.db", value, f"{name}, byte {at}, bit {bit}", before, found)
            for part in folder.glob("damaged.db*"):
                part.unlink()
    return found


def _look(path: Path, target: Path, value: Value, place: str, before: object, found: Flipped) -> None:
    """Let the doctor examine and repair a file with one flipped bit, and count the result."""
    found.tried[value.name] += 1
    if not is_noticed(path):
        if (value.table, value.column) not in UNCHECKED and _held(path) != before:
            found.silent.append(f"{place}: not noticed")
        return
    found.noticed[value.name] += 1
    try:
        saved = salvage(path, target)
    except StoreError:
        found.refused[value.name] += 1
        if target.exists():
            found.circles.append(f"{place}: refused, and written all the same")
    except Exception as error:
        found.circles.append(f"{place}: {type(error).__name__}: {str(error)[:200]}")
    else:
        said = examine(target)
        if not said.is_sound:
            wrong = [one.sentence for one in said.findings if one.level in ("damage", "fault")]
            found.circles.append(f"{place}: {wrong} after {saved.lost}")
        if held(target) == before:
            found.whole[value.name] += 1
        elif saved.lost:
            found.told[value.name] += 1
        else:
            found.silent.append(f"{place}: repaired otherwise, and nothing said")
    finally:
        for part in target.parent.glob(f"{target.name}*"):
            shutil.rmtree(part) if part.is_dir() else part.unlink()


_MORE = {
    "codebooks": "select codebook_id, name, version, document from codebooks order by 1",
    "codebook steps": "select b.codebook_id, a.codebook_id, n, s.document, s.words from codebook_steps s"
    " join codebooks b on b.id = s.before join codebooks a on a.id = s.after order by 1, 2, 3",
    "coders": "select c.name, c.kind, r.name from coders c left join coders r on r.id = c.recheck_of order by 1",
    "in force": "select value from meta where key = 'codebook'",
}


def held(path: Path) -> object:
    """Everything that a coder or a reader would miss, with codebooks and coders."""
    with Store(path, read_only=True) as store:
        more = {name: store.connection.all(sql) for name, sql in _MORE.items()}
    return content(path), more


def _held(path: Path) -> object:
    """The same; None if the file does not open."""
    try:
        return held(path)
    except StoreError:
        return None


def values(path: Path) -> Iterator[Value]:
    """Every value of every table."""
    pages, data = Pages(path), path.read_bytes()
    roots = pages.roots()
    for table, names in columns().items():
        for row in _rows(pages, data, roots[table]):
            kind = ""
            if table == "changes":
                kind = bytes(data[at] for at in row[list(names).index("entity") + 1]).decode()
            for name, places in zip(["rowid", *names], row, strict=False):
                if places:
                    yield Value(table, name, kind, places)


def _rows(pages: Pages, data: bytes, root: int) -> Iterator[list[tuple[int, ...]]]:
    """The offsets of the rowid and of each column, for every row of a tree."""
    ahead = [root]
    while ahead:
        number = ahead.pop()
        kind, cells, children = pages._page(number)
        ahead += children
        is_table = kind in (0x05, 0x0D)
        if kind == 0x05:
            continue
        for cell in cells:
            at = cell + (4 if kind == 0x02 else 0)
            length, at = _varint(data, at)
            rowid: tuple[int, ...] = ()
            if is_table:
                _, end = _varint(data, at)
                rowid, at = tuple(range(at, end)), end
            yield [rowid, *_columns(data, _payload(pages, data, at, length, is_table=is_table))]


def _payload(pages: Pages, data: bytes, at: int, length: int, *, is_table: bool) -> list[int]:
    """The offset of each byte of a record, in its page and in overflow pages."""
    usable = pages.size
    most = usable - 35 if is_table else (usable - 12) * 64 // 255 - 23
    if length <= most:
        return list(range(at, at + length))
    least = (usable - 12) * 32 // 255 - 23
    local = least + (length - least) % (usable - 4)
    local = local if local <= most else least
    places = list(range(at, at + local))
    (following,) = struct.unpack(">I", data[at + local : at + local + 4])
    while following:
        start = (following - 1) * usable
        places += range(start + 4, start + 4 + min(length - len(places), usable - 4))
        (following,) = struct.unpack(">I", data[start : start + 4])
    return places


def _columns(data: bytes, places: list[int]) -> Iterator[tuple[int, ...]]:
    """The offsets of each column of a record."""
    record = bytes(data[place] for place in places)
    end, at = _varint(record, 0)
    kinds = []
    while at < end:
        kind, at = _varint(record, at)
        kinds.append(kind)
    for kind in kinds:
        width = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)[kind] if kind < 10 else (kind - 12) // 2
        yield tuple(places[at : at + width])
        at += width


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for i in range(8):
        value = value << 7 | data[at + i] & 0x7F
        if data[at + i] < 0x80:
            return value, at + i + 1
    return value << 8 | data[at + 8], at + 9


def empty_tables(path: Path) -> list[str]:
    """The tables without a row, and the kinds of record without a line in the history."""
    with Store(path, read_only=True) as store:
        c = store.connection
        tables = [table for table in columns() if c.one(f"select 1 from {table} limit 1") is None]
        return tables + [one for one in ENTITIES if c.one("select 1 from changes where entity = ?", (one,)) is None]

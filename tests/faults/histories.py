"""Random histories over three files that come together in any order: the laws of merging, one history at a time.

They come together whole, by a merge, or in portions: parts of the files in any order, some late, some twice.
"""

from __future__ import annotations

import random
import shutil
from contextlib import suppress
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from annotator.codebook.diff import Act as Said
from annotator.codebook.diff import Decision
from annotator.codebook.model import Codebook
from annotator.errors import AnnotatorError, StoreError
from annotator.store import Store
from annotator.store.changes.codebook_changes import CodebookChanges
from annotator.store.file.connection import Connection
from annotator.store.history.renumber import allow_rewriting, forbid_rewriting
from annotator.store.history.replay import rebuild
from annotator.store.merge.rebuild_project import ContradictionError
from annotator.store.merge.take_in import take_in
from tests.store.test_merge import exported, held, project, together, work
from tests.store.work import REMOVE, SHARED, TEXTS, WORK, Act, state

_KINDS = [*WORK, *SHARED[:4], REMOVE]
_CHANGES: tuple[Said, ...] = ("rename", "merge", "split", "retire")


class Checked(NamedTuple):
    """What a history held: versions that conflicted, changes of the codebook, and whether the files were refused."""

    n_conflicts: int
    n_codebooks: int
    is_refused: bool


def check(folder: Path, r: random.Random) -> Checked:
    """Make three files, bring them together in several orders and groupings, and compare all that they hold.

    Two of them come from one file; the third may have been begun on its own. In one of them the codebook goes on; where
    it goes on in another too, the codebooks are joined, or contradict each other and are refused, in every order.
    """
    base = project(folder / "base.db", TEXTS[:2])
    n_codebooks = _live(base, r, ("anna",), 12, 0.4)
    files = []
    for i in range(3):
        path = folder / f"{i}.db"
        if i == 2 and r.random() < 0.5:
            project(path, r.sample(TEXTS, 3))
        else:
            shutil.copy(base, path)
        files.append(path)
    have_own_coders = r.random() < 0.5
    ahead = set(r.sample((0, 1), 2 if r.random() < 0.1 else 1))
    before = n_codebooks
    n_ahead = [0, 0, 0]
    for i, path in enumerate(files):
        coders = (("anna",), ("ben",), ("carl", "dora"))[i] if have_own_coders else ("anna", "ben")
        n_ahead[i] = _live(path, r, coders, 25, 0.6 if i in ahead else 0)
    n_codebooks = before + sum(n_ahead)
    is_refused = bool(n_ahead[0] and n_ahead[1]) and _refused(folder, files)
    return Checked(0 if is_refused else _same(folder, files, r), n_codebooks, is_refused)


def _same(folder: Path, files: list[Path], r: random.Random) -> int:
    """Every order and grouping gives the same; how many conflicting versions were kept."""
    whole = together(folder, "whole.db", *files)
    wanted = held(whole), exported(whole)
    orders = [r.choice(list(permutations(files)))]
    pair = together(folder, "pair.db", *r.sample(files, 2))
    for i, paths in enumerate([*orders, (pair, *files), (whole, r.choice(files))]):
        again = together(folder, f"again{i}.db", *paths)
        assert (held(again), exported(again)) == wanted, f"the order of files matters in {folder}"
    with Store(whole) as store:
        store.connection.before_first_write = None
        with store.connection.write():
            rebuild(store.connection)
        assert state(store) == wanted[0], f"the state is not what the history says in {folder}"
    for i in range(2):
        mine = in_portions(folder, f"portions{i}.db", [*files, whole], r)
        assert (held(mine), exported(mine)) == wanted, f"portions give another project in {folder}"
        assert open_doubts(mine) == open_doubts(whole), f"portions give other doubts in {folder}"
    return len(wanted[0]["conflicts"])


def in_portions(folder: Path, name: str, files: list[Path], r: random.Random) -> Path:
    """One of the files, which takes in parts of the others and at last all of them."""
    mine, *others = r.sample(files, len(files))
    mine = Path(shutil.copy(mine, folder / name))
    for i in range(r.randrange(4)):
        # Where a change of the codebook is missing, its versions may contradict each other until it comes.
        with suppress(ContradictionError):
            take(mine, part(r.choice(others), folder / f"{i} of {name}", r), r)
    for other in others:
        take(mine, other, r)
    return mine


def take(path: Path, other: Path, r: random.Random) -> None:
    """Take in what another file has, in portions of any size."""
    there = Connection(other, read_only=True)
    try:
        with Store(path) as store:
            store.connection.before_first_write = None
            take_in(store, there, portion=r.choice((1, 3, 10, 200)))
    finally:
        there.close()


def part(path: Path, to: Path, r: random.Random) -> Path:
    """A part of a file: some of its steps, and those that they undo or redo, some of them without their changes."""
    shutil.copy(path, to)
    c = Connection(to)
    try:
        with c.checking_keys_last(), c.write():
            of = dict(c.all("select id, of from steps"))
            kept = {step for step in of if r.random() < 0.6}
            triggers = allow_rewriting(c)
            c.executemany("delete from changes where step = ?", [(step,) for step in of.keys() - kept])
            named = {of[step] for step in kept}
            c.executemany("delete from steps where id = ?", [(step,) for step in of.keys() - kept - named])
            forbid_rewriting(c, triggers)
    finally:
        c.close()
    return to


def open_doubts(path: Path) -> set[tuple[Any, ...]]:
    """The decisions to make again, in terms that every file shares."""
    with Store(path, read_only=True) as store:
        rows = store.connection.all(
            "select n.name, a.article_id, p.position, s.statement_id, d.variable, d.reason from doubts d"
            " join coders n on n.id = d.coder join paragraphs p on p.id = d.paragraph"
            " join articles a on a.id = p.article left join statements s on s.id = d.statement"
            " where d.settled_at is null"
        )
    return set(rows)


def _refused(folder: Path, files: list[Path]) -> bool:
    """Whether every order is refused, or every order gives the same; the one is as good as the other."""
    outcomes: set[str] = set()
    for i, paths in enumerate(permutations(files)):
        try:
            found = together(folder, f"apart{i}.db", *paths)
        except StoreError as error:
            if "codebook" not in str(error):
                raise
            outcomes.add("refused")
        else:
            outcomes.add(repr((held(found), exported(found))))
    assert len(outcomes) == 1, f"the order of files decides whether they come together in {folder}"
    return outcomes == {"refused"}


def _live(path: Path, r: random.Random, coders: tuple[str, ...], most: int, change: float) -> int:
    """Let coders work, and perhaps the codebook change between; how often it did."""
    n = 0
    for coder in coders:
        for _ in range(2):
            work(path, coder, [_act(r) for _ in range(r.randrange(most) // 2)])
            if r.random() < change:
                with Store(path) as store:
                    n += _change_codebook(store, r)
    return n


def _act(r: random.Random) -> Act:
    return r.choice(_KINDS), r.randrange(10), r.randrange(10)


def _change_codebook(store: Store, r: random.Random) -> bool:
    """Rename, merge, split or retire a category, or take the last change back; whether it could be done."""
    before = store.codebooks.current_id()
    try:
        if r.random() < 0.2:
            CodebookChanges(store).undo(store.program())
        else:
            new, said = _changed(store.codebooks.current(), r)
            CodebookChanges(store).apply(CodebookChanges(store).preview(new, [said]), store.program())
    except (AnnotatorError, ValidationError):
        return False
    return store.codebooks.current_id() != before


def _changed(old: Codebook, r: random.Random) -> tuple[Codebook, Decision]:
    """The codebook after one change of a category, with what a person says about it."""
    fields: dict[str, Any] = old.model_dump(mode="json")
    wanted = r.choice(("stance", "stance", "themes"))
    variable = next(v for v in fields["variables"] if v["name"] == wanted)
    kept = [c for c in variable["categories"] if not c["retired"]]
    one, other = r.choice(kept)["name"], r.choice(kept)["name"]
    new = f"n{len(variable['categories'])} {old.version}"
    what = r.choice(_CHANGES)
    after = {"rename": (new,), "merge": (other,), "split": (new, f"{new} b"), "retire": ()}[what]
    variable["categories"] = [c for c in kept if c["name"] != one]
    variable["categories"] += [{"name": name} for name in after if name != other]
    return Codebook.model_validate(fields), Decision(what, variable["name"], (one,), after)

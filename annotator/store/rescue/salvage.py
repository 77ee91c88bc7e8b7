"""Repair: bring the legible parts of a damaged project into a new one, and list the lost parts.

The history is taken line by line, as far as its checksums hold, and the state made anew from it; where lines of the
history are lost, the tables of coders' work fill the gap, as a step of the new history. A damaged text with a hash is
mended, or taken from a sound copy. The new project gets its name only if the doctor calls it sound.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from annotator.errors import AnnotatorError, StoreError
from annotator.files import private
from annotator.store.file.connection import Connection
from annotator.store.file.database_files import new_database
from annotator.store.file.meta import read_meta
from annotator.store.file.project_file import build_bare
from annotator.store.history import renumber as order
from annotator.store.history.history import History
from annotator.store.history.record_types import ENTITIES
from annotator.store.history.replay import rebuild
from annotator.store.rescue.doctor import examine
from annotator.store.rescue.recover_rows import legible
from annotator.store.rescue.repair import Repair
from annotator.store.rescue.saved_articles import save_articles
from annotator.store.rescue.saved_codebooks import save_codebooks, stand_in, stand_in_for_codebooks
from annotator.store.rescue.saved_coders import save_coders
from annotator.store.rescue.saved_history import save_history
from annotator.store.rescue.saved_rest import save_facts, save_gold, save_merges, save_places, save_seen
from annotator.store.rescue.sound_copies import SoundCopies
from annotator.store.store import Store
from annotator.store.tables.coders import PROGRAM, coder_row
from annotator.store.tables.keys import Key, Times
from annotator.store.tables.study.named_facts import KINDS
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line


class Salvaged(NamedTuple):
    """What became of a damaged project.

    Attributes:
        path: The new project.
        kept: How many articles, steps, statements and reviews it holds.
        lost: What is not in it, a sentence each.
    """

    path: Path
    kept: dict[str, int]
    lost: list[str]


def salvage(damaged: Path, target: Path) -> Salvaged:
    """Bring what can be read of a damaged project into a new file; the damaged one is not touched.

    Raises:
        StoreError: There is nothing to save, the new file cannot be written, or would not be sound.
    """
    with new_database(target) as unfinished, legible(damaged) as found:
        build_bare(unfinished)
        with Store(unfinished) as store:
            store.connection.before_first_write = None
            repair = Repair.begin(found, store.connection, SoundCopies(damaged))
            try:
                kept = _Salvage(repair).run()
            except (KeyError, TypeError, ValueError, IndexError, AttributeError, AssertionError) as error:
                raise StoreError(
                    f"{one_line(str(damaged))} cannot be repaired ({one_line(str(error))[:120]}); nothing was written"
                ) from error
        _refuse_unsound(damaged, unfinished)
    return Salvaged(target, kept, [*repair.lost, *_write_texts(repair, target)])


def _refuse_unsound(damaged: Path, made: Path) -> None:
    """Refuse a repaired project that the doctor does not call sound."""
    faults = [one.sentence for one in examine(made).findings if one.level in ("damage", "fault")]
    if faults:
        raise StoreError(
            f"{one_line(str(damaged))} cannot be repaired: in what can be saved of it, {faults[0]}; nothing was written"
        )


def _write_texts(repair: Repair, target: Path) -> list[str]:
    """Write the legible text of unsaved codebooks beside the new project; return sentences that name the files."""
    said = []
    for codebook_id, text in repair.texts.items():
        name = "".join(letter for letter in codebook_id if letter.isalnum()) or "unknown"
        paths = (target.with_name(f"{target.stem}.codebook-{name}{n}.json") for n in ("", *range(2, 100)))
        path = next((path for path in paths if not path.exists()), None)
        with suppress(OSError):
            if path is None:
                continue
            private.write(path, text)
            said.append(
                f"the readable text of the codebook {one_line(codebook_id)} is in {one_line(str(path))}: correct it"
                " there, or put the codebook's own file beside the damaged project, and repair again with another --out"
            )
    return said


_TABLES = {
    "mentions": "statement_speakers",
    "label": "labels",
    "paragraph label": "paragraph_labels",
    "article label": "article_labels",
}
"""Records that leave no row behind when they are taken away, and their tables."""


class _Salvage:
    def __init__(self, repair: Repair) -> None:
        self._repair = repair
        self._old = repair.old
        self._c = repair.new
        self._lost = repair.lost

    def run(self) -> dict[str, int]:
        with self._c.write():
            save_coders(self._repair)
            save_codebooks(self._repair)
            save_articles(self._repair)
            is_complete = save_history(self._repair)
            triggers = order.allow_rewriting(self._c)
            order.order_steps(self._c)
            order.forbid_rewriting(self._c, triggers)
            order.count_steps(self._c)
            stand_in_for_codebooks(self._repair)
            if self._c.one("select 1 from changes where entity = 'codebook' and after is not null limit 1") is None:
                self._choose_codebook()
            rebuilt = rebuild(self._c)
            if rebuilt.orphans:
                n = len(rebuilt.orphans)
                self._lost.append(f"{counted(n, 'record')} of the history without article or beginning")
            if not is_complete:
                self._fill_from_tables()
            save_seen(self._repair, is_complete=is_complete)
            save_gold(self._repair)
            rebuild(self._c)
            save_places(self._repair)
            save_merges(self._repair)
            save_facts(self._repair)
        counts = ("articles", "steps", "statements", "reviews")
        return {table: (self._c.one(f"select count(*) from {table}") or (0,))[0] for table in counts}

    def _choose_codebook(self) -> None:
        """Without a history of the codebook, the version that was in force, else the latest."""
        current = read_meta(self._old, "codebook")
        latest = self._c.one("select codebook_id from codebooks order by added_at desc, id desc limit 1")
        if latest is None:
            if not self._repair.articles and self._c.one("select 1 from steps limit 1") is None:
                raise StoreError("neither an article nor a line of the history can be read: there is nothing to save")
            latest = (stand_in(self._repair, "000000000000", ()),)
        known = self._c.one("select codebook_id from codebooks where codebook_id = ?", (current,))
        with History(self._c).step(self._program(), "salvaged by doctor") as step:
            step.put("codebook", [], (known or latest)[0])

    def _program(self) -> int:
        return coder_row(self._c, PROGRAM, "model")

    def _fill_from_tables(self) -> None:
        """Where lines of the history are lost, let the tables say what they still can."""
        filled: Counter[str] = Counter()
        for entity, key, old_coder, value, times in _records(self._old):
            coder = self._repair.coders.get(old_coder) if old_coder else self._program()
            if coder is None or value is None:
                continue
            try:
                with History(self._c).step(coder, "salvaged by doctor") as step:
                    if step.get(entity, key) != value:
                        step.put(entity, key, value, times)
                        filled[entity] += 1
            except StoreError:
                self._lost.append(f"a {entity} that refers to what is lost")
        for entity, key, coder, *_ in list(_records(self._c)):
            # What a whole table no longer holds was taken away, even if the line that says so is lost.
            if self._was_taken_away(entity, key, coder):
                with suppress(StoreError), History(self._c).step(coder or 0, "salvaged by doctor") as step:
                    step.put(entity, key, None)
                    filled[entity] += 1
        for entity, n in filled.items():
            self._lost.append(f"the history of {counted(n, f'{entity} record')}; the last state was saved")

    def _was_taken_away(self, entity: str, key: Key, coder: int | None) -> bool:
        table = _TABLES.get(entity)
        if table is None or not {table, "statements", "paragraphs", "articles"} <= self._repair.whole:
            return False
        before = next((old for old, new in self._repair.coders.items() if new == coder), 0)
        with suppress(AnnotatorError, ValueError, TypeError):
            return ENTITIES[entity].read(self._old, before, key) is None
        return False


def _records(c: Connection) -> Iterator[tuple[str, Key, int | None, Any, Times | None]]:
    """Every record that the tables hold: its kind, its key, its coder's row, its value, and when it was made."""
    place = "join paragraphs p on p.id = {0}.paragraph join articles a on a.id = p.article"
    mine = "join statements s on s.id = {0}.statement"
    plans = {
        "speaker": "json_array(speaker_id), null, created_at, created_at from speakers"
        " order by merged_into is not null, id",
        "statement": "json_array(statement_id), coder, created_at, updated_at from statements order by id",
        "mentions": "distinct json_array(s.statement_id), s.coder, s.created_at, s.updated_at"
        " from statement_speakers m " + mine.format("m"),
        "label": "json_array(s.statement_id, l.variable), s.coder, l.updated_at, l.updated_at from labels l "
        + mine.format("l"),
        "paragraph label": "json_array(a.article_id, p.position, l.variable), l.coder, l.updated_at, l.updated_at"
        " from paragraph_labels l " + place.format("l"),
        "article label": "json_array(a.article_id, l.variable), l.coder, l.updated_at, l.updated_at"
        " from article_labels l join articles a on a.id = l.article",
        "review": "json_array(a.article_id, p.position), r.coder, r.updated_at, r.updated_at from reviews r "
        + place.format("r"),
        "assignment": "json_array(c.name, a.article_id, p.position, p.position + s.last - s.first, s.phase), null,"
        " null, null from assignments s join coders c on c.id = s.coder join paragraphs p on p.id = s.first"
        " join articles a on a.id = p.article order by s.coder, s.position",
        "article": "json_array(a.article_id), null, null, null from removed r join articles a on a.id = r.article",
        "phase": "json_array(phase), null, closed_at, closed_at from phases",
        "unblinding": "json_array(c.name, u.at), null, u.at, u.at from unblindings u join coders c on c.id = u.coder",
        "aggregation": "json_array('aggregate'), null, null, null from meta where key = 'aggregate'",
        **{
            kind: f"json_array(f.key), null, null, null from meta m, json_each(m.value) f where m.key = '{kind}'"
            for kind in KINDS
        },
        "verdict": "json_array(a.article_id, p.position), v.decided_by, v.decided_at, v.decided_at from verdicts v "
        + place.format("v"),
    }
    for entity, sql in plans.items():
        for key_text, coder, first, last in c.all(f"select {sql}"):
            key = json.loads(key_text)
            times = Times(first, last) if isinstance(first, str) and isinstance(last, str) else None
            with suppress(AnnotatorError, ValueError, TypeError):
                yield entity, key, coder, ENTITIES[entity].read(c, coder or 0, key), times

"""The registry of speakers and targets: entries and aliases."""

from __future__ import annotations

import json
from typing import NamedTuple
from uuid import uuid4

from annotator.model import JOURNALIST, EntryKind, Mention, Speaker
from annotator.store.coder.blindness import is_blind
from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta
from annotator.store.history.history import Step
from annotator.store.tables.speakers import JOURNALIST_ID, speaker_value

_SHOWN = (
    " and not (exists (select 1 from changes x join steps t on t.id = x.step join coders n on n.id = t.coder"
    " where x.key = '[\"' || k.speaker_id || '\"]' and x.before is null and t.coder <> {viewer}"
    " and n.name <> 'annotator') and not exists (select 1 from speakers i join statement_speakers m on m.speaker = i.id"
    " join statements s on s.id = m.statement where (i.id = k.id or i.merged_into = k.id) and s.coder = {viewer})"
    " and not exists (select 1 from speakers i join labels l on l.entry = i.id"
    " join statements s on s.id = l.statement where (i.id = k.id or i.merged_into = k.id) and s.coder = {viewer})"
    " and not exists (select 1 from speakers i join changes x on x.key = '[\"' || i.speaker_id || '\"]'"
    " join steps t on t.id = x.step"
    " where i.merged_into = k.id and x.before is null and t.coder = {viewer}))"
)
"""The entries that a blind coder may see: those that the coder or the program entered, those that the coder used, and
those into which such an entry was merged."""


class Entry(NamedTuple):
    """A registry entry with its aliases, as the type-ahead reads it."""

    speaker_id: str
    name: str
    aliases: tuple[str, ...]
    kind: EntryKind = "actor"
    definition: str | None = None


class Registry:
    """The entries. In an open phase it hides from a coder the entries that only others have made."""

    def __init__(self, connection: Connection, viewer: int | None = None) -> None:
        self._c = connection
        self._viewer = viewer

    def version(self) -> int:
        """A number that changes with every change of the registry; fast."""
        return int(read_meta(self._c, "registry") or 0)

    def entries(self) -> list[Entry]:
        """Every offered entry by name, without the journalist."""
        aliases: dict[int, list[str]] = {}
        for speaker, alias in self._c.all("select speaker, alias from aliases order by speaker, alias"):
            aliases.setdefault(speaker, []).append(alias)
        rows = self._c.all(
            "select id, speaker_id, name, kind, definition from speakers k"
            " where retired = 0 and merged_into is null and speaker_id <> ?"
            f"{self._shown()} order by name",
            (JOURNALIST_ID,),
        )
        return [Entry(row[1], row[2], tuple(aliases.get(row[0], ())), row[3], row[4]) for row in rows]

    @property
    def blind_viewer(self) -> int | None:
        """The coder, if blind; None otherwise."""
        return self._viewer if self._viewer is not None and is_blind(self._c, self._viewer) else None

    def entered_by_others(self, coder: int) -> set[str]:
        """Ids of entries that only others have made and used."""
        shown = _SHOWN.format(viewer=int(coder))
        return {
            speaker_id
            for (speaker_id,) in self._c.all(
                f"select speaker_id from speakers where id not in (select id from speakers k where 1{shown})"
            )
        }

    def shows(self, speaker_id: str) -> bool:
        """Whether the current coder may see an entry."""
        return self._c.one(f"select 1 from speakers k where speaker_id = ?{self._shown()}", (speaker_id,)) is not None

    def _shown(self) -> str:
        viewer = self.blind_viewer
        return "" if viewer is None else _SHOWN.format(viewer=int(viewer))

    def all(self) -> list[Speaker]:
        """Every entry by name, with retired and merged ones, without the journalist."""
        return self._read(f"k.speaker_id <> ?{self._shown()} order by k.name, k.id", (JOURNALIST_ID,))

    def get(self, speaker_id: str) -> Speaker | None:
        """The entry of that id, merged ones included."""
        found = self._read("k.speaker_id = ?", (speaker_id,))
        return found[0] if found else None

    def _read(self, where: str, parameters: tuple[str, ...]) -> list[Speaker]:
        """The entries that a condition on `k` leaves in, with their aliases."""
        rows = self._c.all(
            "select k.speaker_id, k.name, k.type, k.affiliation, k.country, k.retired, m.speaker_id, k.kind,"
            " k.definition, (select json_group_array(alias) from"
            " (select alias from aliases where speaker = k.id order by alias))"
            f" from speakers k left join speakers m on m.id = k.merged_into where {where}",
            parameters,
        )
        return [
            Speaker(
                speaker_id=row[0],
                name=row[1],
                type=row[2],
                affiliation=row[3],
                country=row[4],
                retired=bool(row[5]),
                merged_into=row[6],
                kind=row[7],
                definition=row[8],
                aliases=tuple(json.loads(row[9])),
            )
            for row in rows
        ]

    def find(self, words: str) -> str | None:
        """Find an entry's id by canonical name, else by a unique alias.

        A merged entry's name finds the entry it was merged into.
        """
        row = self._c.one(
            "select coalesce(m.speaker_id, s.speaker_id) from speakers s left join speakers m on m.id = s.merged_into"
            " where s.name = ? order by s.merged_into is not null, s.id limit 1",
            (words,),
        )
        if row:
            return str(row[0])
        rows = self._c.all(
            "select distinct s.speaker_id from aliases a join speakers s on s.id = a.speaker"
            " where a.alias = ? and s.merged_into is null and s.retired = 0 limit 2",
            (words,),
        )
        return str(rows[0][0]) if len(rows) == 1 else None

    def mention(self, step: Step, words: str, rank: int | None = None) -> Mention:
        """The mention for a coder's words for a speaker; unknown words get a new entry. An issue becomes an actor."""
        if words == JOURNALIST:
            self._ensure(step, JOURNALIST_ID, JOURNALIST, "journalist")
            return Mention(words=JOURNALIST, speaker_id=JOURNALIST_ID, name=JOURNALIST, rank=rank)
        entry = self.entry_of(step, words, "actor")
        value = step.get("speaker", [entry])
        if value.get("kind") is not None:
            step.put("speaker", [entry], {name: field for name, field in value.items() if name != "kind"})
        return Mention(words=words, speaker_id=entry, name=value["name"], rank=rank)

    def entry_of(self, step: Step, words: str, kind: EntryKind | None = None) -> str:
        """The id of the entry that a coder's words name, offered from now on.

        A new entry is of this kind; without one, an actor if the words are a name of somebody.
        """
        if words == JOURNALIST:
            self._ensure(step, JOURNALIST_ID, JOURNALIST, "journalist")
            return JOURNALIST_ID
        speaker_id = self.find(words)
        if speaker_id is None:
            from annotator.speakers.kinds import guess_kind  # most labels name an entry that is there

            speaker_id = str(uuid4())
            self.put(step, Speaker(speaker_id=speaker_id, name=words, kind=kind or guess_kind(words)))
            return speaker_id
        value = step.get("speaker", [speaker_id])
        if value["retired"]:
            step.put("speaker", [speaker_id], {**value, "retired": False})
        return speaker_id

    def retire_unused(self, step: Step, speaker_id: str, statement_id: str) -> None:
        """Retire an entry that a step of a statement has entered, or offered again where it was retired before.

        It stays if something names it, or if it was changed since. Of one that was retired before, what named it then
        does not count.
        """
        last = self._c.one(
            "select step, before is null from changes where key = ?1 and step = (select max(step) from changes"
            " where key = ?1) and (before is null or json_extract(before, '$.retired'))"
            " and step in (select step from changes where key = ?2)",
            (json.dumps([speaker_id]), json.dumps([statement_id])),
        )
        if last is None:
            return
        if last[1]:
            named = self._c.one(
                "select 1 from speakers k where k.speaker_id = ? and (exists (select 1 from statement_speakers m"
                " where m.speaker = k.id) or exists (select 1 from labels l where l.entry = k.id)"
                " or exists (select 1 from speakers i where i.merged_into = k.id))",
                (speaker_id,),
            )
        else:
            named = self._c.one(
                "select 1 from changes where step > ? and key <> ? and instr(after, ?) limit 1",
                (last[0], json.dumps([statement_id]), speaker_id),
            )
        if named is None:
            step.put("speaker", [speaker_id], {**step.get("speaker", [speaker_id]), "retired": True})

    def put(self, step: Step, speaker: Speaker) -> None:
        """Write an entry as part of a step."""
        step.put("speaker", [speaker.speaker_id], speaker_value(speaker))

    def _ensure(self, step: Step, speaker_id: str, name: str, kind: str | None) -> None:
        current = step.get("speaker", [speaker_id])
        if current is None:
            self.put(step, Speaker(speaker_id=speaker_id, name=name, type=kind))
        elif current["retired"]:
            step.put("speaker", [speaker_id], {**current, "retired": False})

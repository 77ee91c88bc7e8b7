"""Changes of the registry, planned before they are made: rename, alias, merge, split, retire, import.

A change never touches the words that coders chose. Each change is one step of the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, get_args
from uuid import uuid4

from annotator.errors import StoreError, UsageError
from annotator.model import EntryKind, Speaker
from annotator.store.coder.registry import Registry
from annotator.store.history.history import Undone
from annotator.store.history.record_types import ENTITIES
from annotator.store.store import Store
from annotator.store.tables.json_values import Value
from annotator.store.tables.keys import Key
from annotator.store.tables.speakers import JOURNALIST_ID, speaker_value
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line, plain

FIELDS = ("type", "affiliation", "country", "definition")
MAX_NAME = 200


class Write(NamedTuple):
    """One record to write, if it has not changed since the plan."""

    entity: str
    key: Key
    before: Value
    after: Value


class Plan(NamedTuple):
    """A planned change and its effects.

    Attributes:
        what: The change in a few words, for the history.
        lines: Its effects, one sentence each.
        n_statements: Number of statements it affects; a blind coder's plan counts only their own.
        writes: The records it writes.
    """

    what: str
    lines: tuple[str, ...]
    n_statements: int
    writes: tuple[Write, ...]


class SpeakerChanges:
    """Changes of the registry by one coder or by the program."""

    def __init__(self, store: Store, coder: int | None = None, seen_by: Registry | None = None) -> None:
        """Change the registry of a project.

        Args:
            store: The project.
            coder: The coder who changes it; None is the program.
            seen_by: The registry visible to the person who changes it; by default, to that coder.
        """
        self._c = store.connection
        self._history = store.history
        self._registry = seen_by if seen_by is not None else Registry(self._c, viewer=coder)
        self._coder = store.program() if coder is None else coder

    # finding

    def resolve(self, words: str) -> Speaker:
        """Find an entry by canonical name, unique alias or id.

        Raises:
            UsageError: No entry or several entries match; the message suggests similar names.
        """
        speaker = self._registry.get(words) if len(words) == 36 else None
        found = speaker.speaker_id if speaker else self._registry.find(words)
        speaker = self._registry.get(found) if found else None
        if speaker is not None and speaker.merged_into is not None:
            speaker = self._registry.get(speaker.merged_into)
        if speaker is None or not self._registry.shows(speaker.speaker_id):
            raise UsageError(f"no speaker is called {one_line(words)!r}{self._like(words)}")
        return speaker

    def _like(self, words: str) -> str:
        from annotator.speakers import KnownSpeaker, find_known, near_duplicates  # only a wrong name needs it

        entries = self._registry.entries()
        holders = [entry.name for entry in entries if words in entry.aliases]
        if holders:
            return f"; it is an alias of {_and(holders)}: name one of them"
        known = [KnownSpeaker(entry.name, entry.aliases) for entry in entries]
        near = [*near_duplicates(words, known, 3), *find_known(words, known, 3)]
        names = list(dict.fromkeys(one.speaker.name for one in near))[:3]
        return f"; there is {_and(names)}" if names else ""

    def _much_like(self, name: str, besides: Speaker) -> tuple[str, ...]:
        """A remark on a new name that is perhaps another entry."""
        from annotator.speakers import KnownSpeaker
        from annotator.speakers.lookalikes import Lookalikes

        others = [entry for entry in self._registry.entries() if entry.name != besides.name]
        found = Lookalikes([KnownSpeaker(entry.name, entry.aliases) for entry in others]).of(name)
        return (f"{name} is much like {_and(found)}: merge them if they are one",) if found else ()

    def merged_into(self, speaker_id: str) -> list[Speaker]:
        """Entries merged into this one."""
        rows = self._c.all(
            "select s.speaker_id from speakers s join speakers m on m.id = s.merged_into where m.speaker_id = ?"
            " order by s.name, s.speaker_id",
            (speaker_id,),
        )
        return [found for (row,) in rows if (found := self._registry.get(row)) is not None]

    # planning

    def rename(self, words: str, name: str) -> Plan:
        """Give an entry another canonical name; the old one stays as an alias."""
        speaker, name = self._own(words, "renamed"), _checked_name(name)
        if name == speaker.name:
            raise UsageError(f"{name} already has that name")
        hidden = self._refuse_taken(name, speaker)
        aliases = sorted({*speaker.aliases, speaker.name} - {name})
        n = self._n_statements([speaker.speaker_id])
        lines = (f"{speaker.name} becomes {name}; {speaker.name} stays as an alias", *self._much_like(name, speaker))
        if hidden is not None:
            # A blind coder must not learn that somebody else has entered the name: the two entries become one.
            return self._merge_unsaid(speaker, hidden, lines, n)
        return self._plan(f"rename {speaker.name} to {name}", lines, n, {speaker: {"name": name, "aliases": aliases}})

    def alias(self, words: str, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Plan:
        """Add and take away aliases."""
        speaker, lines = self._own(words, "given an alias"), []
        aliases = set(speaker.aliases)
        for name in map(_checked_name, add):
            self._refuse_taken(name, speaker)
            others = [entry.name for entry in self._registry.entries() if name in entry.aliases]
            others = [other for other in others if other != speaker.name]
            aside = f"; {_and(others)} also has it, so this alias alone is ambiguous" if others else ""
            lines += [f"{speaker.name} is also {name}{aside}", *([] if others else self._much_like(name, speaker))]
            aliases |= {name} - {speaker.name}
        for name in remove:
            if name not in aliases:
                raise UsageError(f"{speaker.name} has no alias {one_line(name)!r}")
            lines.append(f"{speaker.name} is no longer found by {name}")
            aliases.remove(name)
        if not lines:
            raise UsageError("say which alias to add, or --remove one")
        return self._plan(f"aliases of {speaker.name}", tuple(lines), 0, {speaker: {"aliases": sorted(aliases)}})

    def describe(self, words: str, **fields: str | None) -> Plan:
        """Set kind, type, affiliation, country or definition; an empty text takes it away (the kind becomes actor)."""
        speaker = self._own(words, "described")
        wanted: dict[str, Any] = {f: (text or "").strip() or None for f, text in fields.items() if text is not None}
        if "kind" in wanted:
            wanted["kind"] = wanted["kind"] or "actor"
            self._refuse_kind(speaker, wanted["kind"])
        lines = tuple(f"{speaker.name}: {field} {_or_none(text)}" for field, text in wanted.items())
        return self._plan(f"describe {speaker.name}", lines, 0, {speaker: wanted})

    def merge(self, words: Sequence[str], into: str) -> Plan:
        """Merge entries into one; they keep statements, names and aliases, and can be split off again."""
        target = self._own(into, "merged")
        sources = list({s.speaker_id: s for s in (self._own(one, "merged") for one in words)}.values())
        if any(source.speaker_id == target.speaker_id for source in sources):
            raise UsageError(f"{target.name} cannot be merged into itself")
        if not sources:
            raise UsageError("say which speakers to merge")
        changes: dict[Speaker, dict[str, Any]] = {}
        aliases = set(target.aliases)
        fields: dict[str, str | None] = {field: getattr(target, field) for field in FIELDS}
        lines, n = [], 0
        for source in sources:
            aliases |= {source.name, *source.aliases}
            count = self._n_statements([source.speaker_id])
            n += count
            lines.append(f"{source.name} becomes {target.name} ({_statements(count)})")
            fields = {field: fields[field] or getattr(source, field) for field in FIELDS}
            lines += self._differences(source, target)
            # Whoever the source stood for is merged into the target itself: no chain is ever made.
            for earlier in (source, *self.merged_into(source.speaker_id)):
                changes[earlier] = {"merged_into": target.speaker_id}
        is_actor = any(one.kind == "actor" for one in (target, *sources))
        kind = "actor" if is_actor else "issue"
        changes[target] = {"aliases": sorted(aliases - {target.name}), "retired": False, "kind": kind, **fields}
        return self._plan(f"merge {_and([s.name for s in sources])} into {target.name}", tuple(lines), n, changes)

    def split(self, words: str, name: str, said: Sequence[str] = ()) -> Plan:
        """Split an entry: undo a merge, or make a new entry for statements with certain words.

        Args:
            words: The entry.
            name: The name of the separated entry.
            said: The coders' words for the new entry, which takes their statements. None undoes a merge.
        """
        speaker, name = self._own(words, "split"), _checked_name(name)
        merged = [one for one in self.merged_into(speaker.speaker_id) if one.name == name]
        if merged and not said:
            return self._unmerge(speaker, merged[0])
        if not said:
            names = [one.name for one in self.merged_into(speaker.speaker_id)]
            known = f"merged into it were {_and(names)}" if names else "nothing was merged into it"
            raise UsageError(f"say with --words which statements of {speaker.name} are {name}'s; {known}")
        return self._divide(speaker, name, said)

    def _unmerge(self, speaker: Speaker, merged: Speaker) -> Plan:
        self._refuse_taken(merged.name, speaker)
        others = [one for one in self.merged_into(speaker.speaker_id) if one.speaker_id != merged.speaker_id]
        theirs = {alias for one in others for alias in (one.name, *one.aliases)}
        aliases = set(speaker.aliases) - ({merged.name, *merged.aliases} - theirs)
        n = self._n_statements([merged.speaker_id])
        lines = (f"{merged.name} is a separate entry again ({_statements(n)})",)
        changes: dict[Speaker, dict[str, Any]] = {merged: {"merged_into": None}, speaker: {"aliases": sorted(aliases)}}
        return self._plan(f"split {merged.name} from {speaker.name}", lines, n, changes)

    def _divide(self, speaker: Speaker, name: str, said: Sequence[str]) -> Plan:
        self._refuse_taken(name, speaker)
        wanted = {words.strip().casefold() for words in said}
        new_id = str(uuid4())
        entries = {speaker.speaker_id, *(one.speaker_id for one in self.merged_into(speaker.speaker_id))}
        mentions = [*self._mentions(entries, wanted, new_id), *self._labels(entries, wanted, new_id)]
        if not mentions:
            raise UsageError(f"no statement names {speaker.name} by {_and([one_line(w) for w in said])}")
        n = len({write.key[0] for write in mentions})
        taken = {alias for alias in speaker.aliases if alias.casefold() in wanted or alias == name}
        new = Speaker(speaker_id=new_id, name=name, kind=speaker.kind, aliases=tuple(sorted(taken - {name})))
        writes = (
            Write("speaker", [new_id], None, _value(new)),
            *self._writes({speaker: {"aliases": sorted(set(speaker.aliases) - taken)}}),
            *mentions,
        )
        lines = (f"{name} becomes a separate entry ({_statements(n)})",)
        return Plan(f"split {name} from {speaker.name}", lines, n, writes)

    def _mentions(self, entries: set[str], wanted: set[str], new_id: str) -> list[Write]:
        """The speakers of each statement that names one of the entries by the wanted words, with the new entry."""
        marks = ",".join("?" * len(entries))
        rows = self._c.all(
            "select distinct s.statement_id, s.id from statement_speakers m join speakers k on k.id = m.speaker"
            f" join statements s on s.id = m.statement where k.speaker_id in ({marks}) order by s.id",
            sorted(entries),
        )
        writes = []
        for statement_id, _ in rows:
            before = ENTITIES["mentions"].read(self._c, self._coder, [statement_id])
            after = [
                [words, new_id if who in entries and words.casefold() in wanted else who, *rest]
                for words, who, *rest in before
            ]
            if after != before:
                writes.append(Write("mentions", [statement_id], before, after))
        return writes

    def _labels(self, entries: set[str], wanted: set[str], new_id: str) -> list[Write]:
        """The labels of statements that stand for one of the entries by the wanted words, with the new entry."""
        marks = ",".join("?" * len(entries))
        rows = self._c.all(
            "select s.statement_id, l.variable from labels l join speakers k on k.id = l.entry"
            f" join statements s on s.id = l.statement where k.speaker_id in ({marks}) order by s.id, l.variable",
            sorted(entries),
        )
        writes = []
        for statement_id, variable in rows:
            before = ENTITIES["label"].read(self._c, self._coder, [statement_id, variable])
            if str(before["value"]).casefold() in wanted:
                writes.append(Write("label", [statement_id, variable], before, {**before, "entry": new_id}))
        return writes

    def retire(self, words: str, *, back: bool = False) -> Plan:
        """Retire an entry or offer it again; its statements keep it."""
        speaker = self._own(words, "retired")
        if speaker.retired is not back:
            raise UsageError(f"{speaker.name} is {'offered' if back else 'retired'} already")
        n = self._n_statements([speaker.speaker_id])
        word = "is offered again" if back else "is no longer offered; its statements keep it"
        plan = self._plan(
            f"{'offer' if back else 'retire'} {speaker.name}",
            (f"{speaker.name} {word}",),
            n,
            {speaker: {"retired": not back}},
        )
        return plan._replace(n_statements=0)

    def add_all(self, speakers: Iterable[Speaker], *, overwrite: bool = False) -> Plan:
        """Import entries: add new ones, fill empty fields of known ones.

        The id or the name identifies an entry. A different field stays, unless `overwrite` is set.

        Raises:
            UsageError: Two entries contradict each other.
        """
        return _Adding(self._registry, overwrite=overwrite).plan(speakers)

    # making

    def carry_out(self, plan: Plan) -> None:
        """Make a planned change, as one step of the history.

        Raises:
            StoreError: A record has changed since the plan.
        """
        with self._history.step(self._coder, plan.what) as step:
            for write in plan.writes:
                if step.get(write.entity, write.key) != write.before:
                    raise StoreError("the registry has changed in the meantime; nothing was changed. Look at it again")
            for write in plan.writes:
                step.put(write.entity, write.key, write.after)

    def undo(self, by: str | None = None) -> Undone | None:
        """Undo the last step, if it changed the registry."""
        return self._history.undo_only(self._coder, frozenset({"speaker", "mentions", "label"}), by)

    # parts

    def _own(self, words: str, verb: str) -> Speaker:
        speaker = self.resolve(words)
        if speaker.speaker_id == JOURNALIST_ID:
            raise UsageError(f"the journalist is the article's own voice and cannot be {verb}")
        return speaker

    def _merge_unsaid(self, speaker: Speaker, hidden: Speaker, lines: tuple[str, ...], n: int) -> Plan:
        """Merge a coder's entry into one hidden from the coder, and call it a rename."""
        changes: dict[Speaker, dict[str, Any]] = {
            one: {"merged_into": hidden.speaker_id} for one in (speaker, *self.merged_into(speaker.speaker_id))
        }
        aliases = {*hidden.aliases, speaker.name, *speaker.aliases} - {hidden.name}
        changes[hidden] = {"aliases": sorted(aliases), "retired": False}
        return self._plan(f"rename {speaker.name} to {hidden.name}", lines, n, changes)

    def _refuse_taken(self, name: str, speaker: Speaker) -> Speaker | None:
        """Refuse a name that another entry has; an entry that the coder may not see is returned and not named."""
        row = self._c.one(
            "select speaker_id from speakers where name = ? and merged_into is null and speaker_id <> ?",
            (name, speaker.speaker_id),
        )
        if row is None:
            return None
        if not self._registry.shows(row[0]):
            return self._registry.get(row[0])
        raise UsageError(f"{name} is already another entry; merge the two with `annotator speakers merge`")

    def _refuse_kind(self, speaker: Speaker, kind: str) -> None:
        if kind not in get_args(EntryKind):
            raise UsageError(f"the kind is {' or '.join(get_args(EntryKind))}, not {one_line(kind)!r}")
        if kind == "issue" and self._n_statements([speaker.speaker_id], as_speaker=True):
            raise UsageError(f"{speaker.name} is the speaker of a statement, so it is an actor")

    def _n_statements(self, speaker_ids: Sequence[str], *, as_speaker: bool = False) -> int:
        """Number of undeleted statements that name one of these entries, or an entry merged into them.

        With `as_speaker` only those that it speaks in, otherwise also those that a label of theirs stands for it.

        To a coder in an open phase only their own are counted.
        """
        marks = ",".join("?" * len(speaker_ids))
        viewer = self._registry.blind_viewer
        own = "" if viewer is None else f" and s.coder = {viewer}"
        labelled = "" if as_speaker else " union all select statement, entry from labels where entry is not null"
        row = self._c.one(
            "select count(distinct m.statement) from speakers k left join speakers i on i.id = k.merged_into"
            f" join (select statement, speaker from statement_speakers{labelled}) m on m.speaker = k.id"
            " join statements s on s.id = m.statement"
            f" where (coalesce(i.speaker_id, k.speaker_id) in ({marks}) or k.speaker_id in ({marks}))"
            f" and s.deleted = 0{own}",
            [*speaker_ids, *speaker_ids],
        )
        return int(row[0]) if row else 0

    def _differences(self, source: Speaker, target: Speaker) -> list[str]:
        return [
            f"{target.name} keeps {field} {getattr(target, field)} ({source.name} had {getattr(source, field)})"
            for field in FIELDS
            if getattr(source, field) and getattr(target, field) and getattr(source, field) != getattr(target, field)
        ]

    def _plan(self, what: str, lines: tuple[str, ...], n: int, changes: dict[Speaker, dict[str, Any]]) -> Plan:
        return Plan(what, lines, n, self._writes(changes))

    @staticmethod
    def _writes(changes: dict[Speaker, dict[str, Any]]) -> tuple[Write, ...]:
        writes = []
        for speaker, fields in changes.items():
            aliases = tuple(fields.get("aliases", speaker.aliases))
            after = _value(speaker.model_copy(update={**fields, "aliases": aliases}))
            writes.append(Write("speaker", [speaker.speaker_id], _value(speaker), after))
        return tuple(write for write in writes if write.before != write.after)


class _Adding:
    """Entries from elsewhere against those that are here."""

    def __init__(self, registry: Registry, *, overwrite: bool) -> None:
        self._registry = registry
        self._overwrite = overwrite
        self._before: dict[str, Value] = {}
        self._after: dict[str, dict[str, Any]] = {}
        self._names: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._lines: list[str] = []

    def plan(self, speakers: Iterable[Speaker]) -> Plan:
        given = list(speakers)
        for speaker in given:
            self._add(speaker)
        for speaker in given:
            self._merge(speaker)
        writes = [
            Write("speaker", [speaker_id], self._before[speaker_id], after)
            for speaker_id, after in self._after.items()
            if self._before[speaker_id] != after
        ]
        # An entry can only stand for others when it is there.
        writes.sort(key=lambda write: write.after["merged_into"] is not None)
        return Plan("import speakers", tuple(self._lines), 0, tuple(writes))

    def _add(self, speaker: Speaker) -> None:
        name = speaker.name
        known = self._registry.get(speaker.speaker_id)
        if known is None and speaker.merged_into is None:
            found = self._names.get(name) or self._registry.find(name)
            known = self._registry.get(found) if found else None
            if known is None and name in self._names:
                self._fill(self._names[name], speaker)
                return
        if known is None:
            for one in (name, *speaker.aliases):
                _checked_name(one)
            self._lines.append(f"{name} is new")
            self._before[speaker.speaker_id] = None
            self._after[speaker.speaker_id] = {**_value(speaker), "merged_into": None}
            if speaker.merged_into is None:
                self._names[name] = speaker.speaker_id
            self._ids[speaker.speaker_id] = speaker.speaker_id
            return
        if known.speaker_id not in self._after:
            self._before[known.speaker_id] = _value(known)
            self._after[known.speaker_id] = dict(_value(known))
        n_lines = len(self._lines)
        self._fill(known.speaker_id, speaker)
        if not self._registry.shows(known.speaker_id):
            # To a blind coder an entry that only others have made looks like a new one.
            self._lines[n_lines:] = [f"{name} is new"]

    def _fill(self, speaker_id: str, speaker: Speaker) -> None:
        self._ids[speaker.speaker_id] = speaker_id
        if speaker_id == JOURNALIST_ID:
            return
        after = self._after[speaker_id]
        new = {*speaker.aliases, speaker.name} - {after["name"], *after["aliases"]}
        new = {_checked_name(alias) for alias in new}
        if new:
            after["aliases"] = sorted({*after["aliases"], *new})
            self._lines.append(f"{after['name']} is also {_and(sorted(new))}")
        for field in FIELDS:
            given, held = getattr(speaker, field), after.get(field)
            if given and given != held and (held is None or self._overwrite):
                after[field] = given
                self._lines.append(f"{after['name']}: {field} {_or_none(held)} → {given}")
            elif given and given != held:
                self._lines.append(f"{after['name']}: {field} stays {held} (the file says {given})")

    def _merge(self, speaker: Speaker) -> None:
        if speaker.merged_into is None or self._ids.get(speaker.speaker_id) != speaker.speaker_id:
            return
        if self._before[speaker.speaker_id] is not None:
            return
        root = self._ids.get(speaker.merged_into, speaker.merged_into)
        target = self._after.get(root) or (_value(known) if (known := self._registry.get(root)) else None)
        if target is None:
            raise UsageError(
                f"{one_line(speaker.name)} is merged into an entry that is missing from the file and the project"
            )
        if root == speaker.speaker_id or target["merged_into"] is not None:
            raise UsageError(f"{one_line(speaker.name)} is merged in a circle, or into an entry that is merged itself")
        self._after[speaker.speaker_id]["merged_into"] = root


def _value(speaker: Speaker) -> dict[str, Any]:
    """An entry as the history keeps it."""
    return speaker_value(speaker)


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise UsageError("a speaker name cannot be empty; give a name")
    if one_line(name) != name or plain(name) != name or len(name) > MAX_NAME:
        raise UsageError(
            "this speaker name is not valid; write it on one line, without control characters, in at "
            f"most {MAX_NAME} characters"
        )
    return name


def _statements(n: int) -> str:
    return f"{counted(n, 'statement')}"


def _or_none(text: str | None) -> str:
    return "none" if text is None else text


def _and(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)

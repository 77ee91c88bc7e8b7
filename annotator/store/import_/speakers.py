"""Speakers of an import: add registry entries, and find the entries named in rows."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.errors import IngestError
from annotator.jsonl_lines import SpeakerLine
from annotator.model import JOURNALIST, Mention, Speaker
from annotator.store.import_.context import ImportContext
from annotator.store.tables.speakers import JOURNALIST_ID
from annotator.text.terminal_text import one_line


class ImportedSpeakers:
    """Maps the file's registry entries to the project's."""

    def __init__(self, context: ImportContext) -> None:
        self._context = context
        self._registry = context.store.registry
        self._here: dict[str, str] = {}

    def bring(self, rows: Sequence[SpeakerLine]) -> None:
        """Add entries, those that stand for merged ones first; the project's own stay as they are."""
        for row in sorted(rows, key=lambda row: row.merged_into is not None):
            with self._context.row("speakers"):
                self._bring(row)

    def _bring(self, row: SpeakerLine) -> None:
        current = self._context.read(0, "speaker", [row.speaker_id])
        same_name = None if row.merged_into else self._registry.find(row.name)
        if current is None and same_name is not None:
            self._here[row.speaker_id] = same_name
            return
        self._here[row.speaker_id] = row.speaker_id
        if current is None:
            merged = row.merged_into and self._here.get(row.merged_into, row.merged_into)
            entry = Speaker(**{**row.model_dump(), "merged_into": merged, "aliases": tuple(row.aliases)})
            self._registry.put(self._context.program_step(), entry)
            self._context.brought()

    def entry(self, speaker_id: str, words: str) -> str:
        """The project's id for the file's entry.

        Raises:
            IngestError: Neither the project nor the import has it.
        """
        known = self._here.get(speaker_id)
        if known is None:
            if self._context.read(0, "speaker", [speaker_id]) is not None:
                known = speaker_id
            elif words == JOURNALIST or speaker_id == JOURNALIST_ID:
                known = self._registry.mention(self._context.program_step(), JOURNALIST).speaker_id
            else:
                raise IngestError(f"there is no speaker {one_line(speaker_id)}: import speakers.jsonl along with it")
            self._here[speaker_id] = known
        return known

    def mention(self, coder: int, words: str) -> Mention:
        """A mention by words alone; unknown words get a new entry in the coder's step."""
        return self._registry.mention(self._context.step(coder), words)

    def name_now(self, words: str) -> str:
        """The name of the entry that words lead to, or the words themselves."""
        entry = self._registry.find(words)
        return words if entry is None else self.canonical_name(entry)

    def canonical_name(self, speaker_id: str) -> str:
        """The name of an entry, or of the one that it was merged into."""
        row = self._context.connection.one(
            "select coalesce(m.name, k.name) from speakers k left join speakers m on m.id = k.merged_into"
            " where k.speaker_id = ?",
            (speaker_id,),
        )
        return str(row[0]) if row else ""

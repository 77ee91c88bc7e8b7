"""Suggested targets for the current statement, and the guess that a statement begins with."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from annotator.codebook.model import Variable
from annotator.model import Label, Speaker, Statement
from annotator.session.cursor import Cursor
from annotator.session.instrument import Instrument
from annotator.session.slots import Slots
from annotator.session.suggestions import MOST, Candidate, Suggestions
from annotator.store.coder.coding import Coding, CodingStep
from annotator.text.evidence import Span
from annotator.text.search_text import searchable

if TYPE_CHECKING:
    # Loaded when the first target is ranked, which is after the first paragraph is on the screen.
    from annotator.speakers.ranking import ArticleSpeakers
    from annotator.speakers.target_index import TargetIndex
    from annotator.speakers.targets import CodedTarget, TargetSuggestion, Unit

MOST_PHRASES = 6
MOST_OF_ARTICLE = 3
"""Runs of words from other paragraphs, joined names, and words for which only first letters were typed."""

MOST_EARLIER = 120
"""Earlier statements that are looked at."""

MOST_AROUND = 40
"""Other paragraphs of the article that are searched, so that a key in a book takes no longer than in a report."""

LEAST_LETTERS = 2
"""Letters from which on words of other paragraphs are offered."""

LEAST_CHANCE = 0.4
"""How likely a target must be to be guessed: a coder overlooks wrong guesses, and a missing target is one key away."""

_REPLACEABLE = ("guess", "sticky")


class Targets:
    """What statements are about, where the codebook's target is an entry of the registry.

    The target is ranked by the words of the evidence and by the coder's earlier statements. Where it is `sticky`, a
    statement has one that is likely enough as a guess, which follows the statement until the coder chooses.
    """

    def __init__(self, coding: Coding, instrument: Instrument, cursor: Cursor, suggestions: Suggestions) -> None:
        self._coding = coding
        self._instrument = instrument
        self._cursor = cursor
        self._suggestions = suggestions
        self.slots = Slots()
        self._index: TargetIndex | None = None
        self._version: int | None = None
        self._earlier: tuple[int, list[CodedTarget]] | None = None
        self._chosen: set[str] = set()

    @property
    def variable(self) -> Variable | None:
        """The variable that digits can name: the codebook's target, where it is asked."""
        target = self._instrument.codebook.target
        return target if target is not None and target in self._cursor.asked() else None

    @property
    def has_entries(self) -> bool:
        """Whether the registry holds anything besides the journalist."""
        return bool(self._coding.registry.entries())

    def issues(self) -> list[Speaker]:
        """The issues of the registry and whatever else has a definition, by name."""
        entries = self._coding.registry.all()
        offered = (one for one in entries if not one.retired and one.merged_into is None)
        return [one for one in offered if one.kind == "issue" or one.definition]

    @property
    def has_digits(self) -> bool:
        """Whether the digits name the target now: once a speaker and the first flat variable, the stance, are there."""
        statement, cursor = self._cursor.statement, self._cursor
        if statement is None or cursor.next_speaker or self.variable is None:
            return False
        if self._instrument.codebook.speaker is None:
            return True
        stance, _ = self._signs()
        label = statement.labels.get(stance.name) if stance else None
        return bool(statement.speakers) and label is not None and label.origin != "default"

    def ranked(self) -> list[TargetSuggestion]:
        """The targets for the current statement, at most nine, in the order of their digits.

        In the first statement of an article the likeliest is first; then names keep their digits while they are shown.
        """
        cursor = self._cursor
        if cursor.statement is not None:
            ranked = self._rank(cursor.statement)
        else:
            ranked = self._ranked(cursor.draft or (0, len(cursor.text)), (), {}, None)
        return self.slots.arrange(cursor.article.row, ranked, lambda one: one.name)

    def name(self, rank: int) -> str | None:
        """The name of the suggestion of that rank (from 1), if there is one."""
        ranked = self.ranked()
        return ranked[rank - 1].name if 1 <= rank <= len(ranked) else None

    def guess(self, step: CodingStep) -> None:
        """Guess the target of the statement that a step has written, or take a guess back that is not likely now.

        What the coder has chosen stays; what the coder has taken away in this session stays away.
        """
        variable = self.variable
        statement_id = step.statement_id
        if variable is None or not variable.sticky or statement_id is None:
            return
        if not self._may_guess(step, statement_id, variable):
            return
        statement = self._coding.statement(self._cursor.paragraph.id, statement_id)
        if statement is None or (step.is_new and variable.name in statement.labels):
            return
        held = statement.labels.get(variable.name)
        best = next((one for one in self._rank(statement) if one.name not in _names(statement)), None)
        if best is None or best.chance < LEAST_CHANCE:
            if held is not None:
                step.label(statement_id, variable.name, None)
            return
        now = Label(value=best.name, origin="guess", codebook=self._instrument.codebook.version)
        if held != now:
            step.label(statement_id, variable.name, best.name, "guess")

    def _may_guess(self, step: CodingStep, statement_id: str, variable: Variable) -> bool:
        """Whether a target may be guessed: nobody has chosen one or taken it away, and the paragraph is not done."""
        if variable.name in step.labelled:
            self._chosen.add(statement_id)
            return False
        if step.is_new:
            return True
        held = next((one for one in self._cursor.statements if one.statement_id == statement_id), None)
        label = held.labels.get(variable.name) if held is not None else None
        if label is None:
            return statement_id not in self._chosen and self._cursor.state != "coded"
        return label.origin in _REPLACEABLE and self._cursor.state != "coded"

    def lacking(self) -> str | None:
        """That statements of the paragraph have no target, where the coder has given targets before."""
        variable = self.variable
        if variable is None or not variable.sticky:
            return None
        statements = enumerate(self._cursor.statements, 1)
        without = [str(number) for number, one in statements if variable.name not in one.labels]
        if not without or not self._history(None):
            return None
        which = f"statement {without[0]} has" if len(without) == 1 else f"statements {', '.join(without)} have"
        return f"¶ {self._cursor.index + 1} is done, but {which} no {variable.title}"

    def find(self, text: str) -> list[Candidate]:
        """The targets that match typed letters, the likeliest first; without letters the ranked ones.

        After entries and names, these are offered as a new name: runs of words of the paragraph, then of the headline
        and of the paragraphs around, two names joined, and what was typed. Behind it stands what does not begin with
        it: two names joined of which "and" was not typed, and runs of words whose first letters were typed.
        """
        found = self._suggestions.find(text, [one.name for one in self.ranked()], issues=True)
        typed = searchable(" ".join(text.split()))
        phrases = self._phrases(typed)
        known = {searchable(one.name) for one in found}
        exact = next((phrase for phrase in phrases if searchable(phrase) == typed), None)
        if exact is not None:
            # Typed as it stands in the text: it is meant, also where a longer name is known.
            if typed not in {searchable(one.name) for one in found if not one.is_new or one.name in phrases}:
                found.insert(0, Candidate(exact, exact, True))
            return sorted(found, key=lambda one: searchable(one.name) != typed)
        joined = self._joined(typed)
        phrases += [*self._phrases_of_article(typed), *(one for one in joined if searchable(one).startswith(typed))]
        new = _new(phrases, known)
        behind = _new([*joined, *self._of_initials(typed)], known | {searchable(one.name) for one in new})
        n = next((i for i, one in enumerate(found) if one.is_new), len(found))
        return [*found[:n], *new, *found[n:], *behind]

    def _phrases(self, begin: str) -> list[str]:
        """Runs of words of the paragraph that begin with these letters, those in the evidence first."""
        if not begin:
            return []
        from annotator.speakers.phrases import phrases

        start, end = self._cursor.evidence or (0, 0)
        text = self._cursor.text
        return [*dict.fromkeys([*phrases(text[start:end], begin), *phrases(text, begin)])][:MOST_PHRASES]

    def _around(self) -> list[int]:
        """The article's other paragraphs: its headlines, then the nearest first."""
        cursor = self._cursor
        roles = [paragraph.role for paragraph in cursor.article.paragraphs]
        others = [at for at in range(len(roles)) if at != cursor.index and roles[at] != "furniture"]
        return sorted(others, key=lambda at: (roles[at] not in ("headline", "dek"), abs(at - cursor.index)))[
            :MOST_AROUND
        ]

    def _phrases_of_article(self, begin: str) -> list[str]:
        """A few runs of words of the other paragraphs that begin with these letters."""
        from annotator.speakers.phrases import phrases

        if len(begin) < LEAST_LETTERS:
            return []
        here = set(self._phrases(begin))
        found = (one for at in self._around() for one in phrases(self._cursor.article.text(at), begin))
        return list(islice((one for one in dict.fromkeys(found) if one not in here), MOST_OF_ARTICLE))

    def _joined(self, typed: str) -> list[str]:
        """A few pairs of names, where the first words typed are a name in full and the others begin a second one."""
        words = typed.split()
        for at in range(1, len(words)):
            rest = " ".join(words[at:]).removeprefix("and ")
            first = self._named(" ".join(words[:at]))
            if first is not None and rest != "and":
                others = [one.name for one in self._suggestions.find(rest, issues=True) if not one.is_new]
                return [f"{first} and {other}" for other in others if other != first][:MOST_OF_ARTICLE]
        return []

    def _named(self, typed: str) -> str | None:
        """The name that is typed in full, as the article has it, or the entry that it stands for."""
        article = self._suggestions.of(self._cursor.article)
        forms = (form for entity in article.cast.entities for form in (entity.name, *entity.forms))
        return next(
            (form for form in forms if searchable(form).replace(".", "") == typed), self._suggestions.same(typed)
        )

    def _of_initials(self, typed: str) -> list[str]:
        """A few runs of words, first of the paragraph, for which the first letters of the words were typed."""
        from annotator.speakers.phrases import initial_phrases

        if len(typed) not in (2, 3) or not typed.isalpha():
            return []
        texts = [self._cursor.text, *map(self._cursor.article.text, self._around())]
        found = (one for text in texts for one in initial_phrases(text, typed))
        return list(islice(dict.fromkeys(found), MOST_OF_ARTICLE))

    def forget(self) -> None:
        """Read the earlier statements again."""
        self._earlier = None

    # ranking

    def _signs(self) -> tuple[Variable | None, Variable | None]:
        """The first two flat variables of a statement: in the default codebook stance and claim type."""
        codebook = self._instrument.codebook
        flat = [v for v in codebook.asked("statement") if v is not codebook.speaker and v.is_flat]
        first, second, *_ = [*flat, None, None]
        return first, second

    def _rank(self, statement: Statement) -> list[TargetSuggestion]:
        span = self._cursor.span_of(statement) or (0, len(self._cursor.text))
        return self._ranked(span, _names(statement), statement.labels, statement.statement_id)

    def _ranked(
        self, span: Span, speakers: tuple[str, ...], labels: dict[str, Label], statement_id: str | None
    ) -> list[TargetSuggestion]:
        from annotator.speakers.targets import rank_targets

        return rank_targets(*self.known_of(span, speakers, labels, statement_id), MOST)

    def known_of(
        self, span: Span, speakers: tuple[str, ...], labels: dict[str, Label], statement_id: str | None
    ) -> tuple[ArticleSpeakers, Unit, list[CodedTarget], TargetIndex]:
        """What the ranking goes by: the article, a statement of the paragraph, earlier statements, the registry."""
        from annotator.speakers.targets import Unit

        stance, claim = (_value(labels, sign) for sign in self._signs())
        unit = Unit(self._cursor.index, span, speakers, stance, claim)
        article = self._suggestions.of(self._cursor.article)
        return article, unit, self._history(statement_id), self._indexed()

    def _indexed(self) -> TargetIndex:
        from annotator.speakers import KnownSpeaker
        from annotator.speakers.target_index import TargetIndex

        version = self._coding.registry.version()
        if self._index is None or version != self._version:
            # Where nothing else tells, issues come before people who have only spoken so far.
            entries = sorted(self._coding.registry.entries(), key=lambda entry: entry.kind != "issue")
            self._index = TargetIndex(
                [KnownSpeaker(e.name, e.aliases) for e in entries],
                [e.name for e in entries if e.kind == "issue"],
                {e.name: e.definition for e in entries if e.definition},
            )
            self._version = version
        return self._index

    def _history(self, statement_id: str | None) -> list[CodedTarget]:
        """The coder's earlier statements, the latest first: those of this paragraph, then the others."""
        from annotator.speakers.targets import CodedTarget

        cursor, target = self._cursor, self._instrument.codebook.target
        if target is None:
            return []
        stance, claim = self._signs()
        here = cursor.paragraph.id
        if self._earlier is None or self._earlier[0] != here:
            first, second = (sign.name if sign else "" for sign in (stance, claim))
            rows = self._coding.coded_targets(target.name, first, second, besides=here, limit=MOST_EARLIER)
            self._earlier = (here, [CodedTarget(t, tuple(who), s, c, -1) for t, who, s, c in rows])
        own = []
        for one in reversed(cursor.statements):
            about = _value(one.labels, target)
            if about is not None and one.statement_id != statement_id:
                who = tuple(mention.name for mention in one.speakers)
                signs = (_value(one.labels, stance), _value(one.labels, claim))
                own.append(CodedTarget(about, who, *signs, cursor.index))
        return [*own, *self._earlier[1]]


def _new(phrases: Sequence[str], known: set[str]) -> list[Candidate]:
    """New names, each once, without those that are known, as they are searched."""
    found = {searchable(one): Candidate(one, one, True) for one in reversed(phrases)}
    return [found[form] for form in dict.fromkeys(map(searchable, phrases)) if form not in known]


def _names(statement: Statement) -> tuple[str, ...]:
    return tuple(mention.name for mention in statement.speakers)


def _value(labels: dict[str, Label], variable: Variable | None) -> str | None:
    label = labels.get(variable.name) if variable is not None else None
    return str(label.value) if label is not None else None

"""Coding line by line: each line is keys or words, each answer one sentence; no screen, no colours.

A line of keys (`1 o d`) does what the same keys do on the screen. An empty line is Enter there. A line of
words names what it changes: `speaker Zhao Lijian`, `stance oppose`, `note to be discussed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from annotator import commands as table
from annotator.codebook.model import Category, Variable
from annotator.commands import Command
from annotator.errors import AnnotatorError, UsageError
from annotator.model import ROLES
from annotator.session.keys.commands import local_map
from annotator.session.line_mode import narration as telling
from annotator.session.line_mode.line_keys import NONE, presses, type_entry
from annotator.session.line_mode.shared_words import add_rule, change_entry
from annotator.session.session import Session
from annotator.session.typed_names import TypedNames
from annotator.text.counted import counted
from annotator.text.named_span import named_span
from annotator.text.quotation import quoted
from annotator.text.terminal_text import one_line

HELP = (
    ("an empty line, next, done", "the paragraph is done, go on"),
    ("keys such as 1 o d, space, shift+right", "the same as on the screen; several in one line"),
    ("speaker NAME, also NAME, journalist", "who says it; also adds another"),
    (
        "VARIABLE CATEGORY, such as stance oppose",
        "a label, of a set several with | between them; VARIABLE alone lists its values, VARIABLE none clears it",
    ),
    (
        "evidence WORDS, evidence N, evidence all",
        "evidence: words of the paragraph, or its Nth sentence; evidence alone tells it and what is left",
    ),
    ("another, remove, statement N", "another statement here; take this one away; go to the Nth"),
    ("ask VARIABLE", "a variable that is switched off is asked for from now on"),
    ("carry", "the quotation of the paragraph before goes on here: the same speakers and labels"),
    ("no claim, furniture, duplicate, role ROLE", "what the paragraph is"),
    ("note TEXT, flag", "for later; note alone tells it, note none removes it"),
    ("undo, redo", "also after a restart"),
    ("read, asked, status, statements", "tell it again"),
    ("forward, back, go PLACE, flagged, doubt", "move; PLACE is 7, 3/7 or part of an article's name"),
    ("find WORDS", "search the paragraphs and your own notes"),
    ("articles, articles WORDS", "the articles with your progress"),
    ("define CATEGORY, help CATEGORY", "its definition and rules"),
    (
        "rule CATEGORY use TEXT, also avoid or example",
        "a rule or an example for the codebook; an example may be the evidence",
    ),
    (
        "registry NAME, registry rename NAME = OTHER",
        "an entry of the registry; also alias, definition, kind, type, affiliation, country, merge, split, retire",
    ),
    ("history", "what was done to this statement, the newest step first"),
    ("keys, help, quit, exit", "everything else"),
)
"""Help for `--plain`: what to type, and its effect."""


class Quit(Exception):  # noqa: N818 (no error: the coder leaves)
    """The coder wants to leave."""


class Lines:
    """A session controlled by lines of text.

    Attributes:
        refused: The numbers of the lines that could not be executed, from 1.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._names = TypedNames(session)
        self.refused: list[int] = []
        self._n_lines = 0

    def greet(self) -> Iterator[str]:
        """The greeting."""
        yield f"Coder {one_line(self.session.coding.coder.name)}; {self._progress()}; type help for a list."
        yield from telling.paragraph(self.session)

    def answer(self, line: str) -> Iterator[str]:
        """Execute a line and report the result; an error is reported and stops the line.

        Raises:
            Quit: The line says so.
        """
        self._n_lines += 1
        before, was = self.session.cursor.paragraph.id, telling.state(self.session)
        saw_gold, n = self.session.cursor.sees_gold, len(self.session.cursor.statements)
        had_targets = self.session.targets.has_digits
        self.session.recorder.notice = None
        try:
            answers = list(self._do(line.strip()))
        except AnnotatorError as error:
            self.refused.append(self._n_lines)
            yield f"Not done: {one_line(str(error))}."
            if self.session.cursor.paragraph.id != before:
                yield from telling.paragraph(self.session)
            elif telling.state(self.session) != was:
                yield telling.state(self.session)
            return
        has_own_answer = bool(answers)
        notice = self.session.recorder.notice
        if notice is not None:
            answers.append(telling.notice(notice.text))
            answers += map(telling.without_signs, notice.shown)
        yield from answers
        if self.session.cursor.paragraph.id != before:
            yield from telling.paragraph(self.session)
        elif self.session.cursor.sees_gold and not saw_gold:
            yield from telling.gold(self.session)
        elif (
            not answers
            or len(self.session.cursor.statements) > n
            or (not has_own_answer and telling.state(self.session) != was)
        ):
            yield telling.state(self.session)
        if self.session.targets.has_digits and not had_targets and self.session.cursor.paragraph.id == before:
            yield from telling.open_targets(self.session)
        for warning in self.session.cursor.warnings() if not answers else ():
            yield f"Check this: {one_line(warning)}."

    def _do(self, line: str) -> Iterator[str]:
        if not line:
            self.session.paragraphs.done()
            return
        words = _words()
        word, _, rest = line.partition(" ")
        found = self._variable(line)
        if found is not None:  # a name in the codebook goes before a word whose key gives way to codebooks
            words = {word: command for word, command in words.items() if not command.yields}
        whole, first = words.get(line.casefold()), words.get(word.casefold())
        if whole is not None:
            yield from self._run(whole, line, "")
            return
        if first is not None and len(word) > 1:
            yield from self._run(first, word, rest.strip())
            return
        if found is not None:
            yield from self._say_variable(*found)
            return
        if len(word) == 1 and (yes := self._worded_by_key(word)) is not None:
            yield from yes(rest.strip())
            return
        # A refusal in the middle ends the line; what was pressed before it stands.
        for press in presses(self.session, line, self._names):
            press()

    def _worded_by_key(self, sign: str) -> Callable[[str], Iterator[str]] | None:
        """What a key alone at the beginning of a line does with the rest of it, where a word does more than the key.

        Keys of a box on the screen, such as the note's, tell what is there if nothing follows them.
        """
        keys = self.session.instrument.keys
        key = keys.meant(sign)
        choice, command = keys.flat.get(key), keys.fixed.get(key)
        if choice is not None:
            is_typed = choice.category is None and not local_map(choice.variable)
            return partial(self._say_variable, choice.variable) if is_typed else None
        if command is None or not command.words or not (command.takes == "text" or command.owner == "screen"):
            return None
        return partial(self._run, command, command.words[0])

    # words

    def _run(self, command: Command, word: str, rest: str) -> Iterator[str]:
        """Execute a word; a method `word_NAME` answers if the word reports more than its key."""
        own = getattr(self, f"word_{command.name}", None)
        if own is not None:
            yield from own(rest)
        elif rest and command.takes == "nothing":
            raise UsageError(f"{word.casefold()} must be alone on its line")
        else:
            self.session.deed(command, rest)()

    def word_type_speaker(self, name: str) -> Iterator[str]:
        """Choose a speaker by name or digit; without one, list the choices."""
        if not name:
            yield from telling.asked(self.session)
        elif name.isdecimal() and len(name) == 1:
            statements = self.session.statements
            statements.pick(int(name)) if name != "0" else statements.pick_journalist()
        else:
            self.session.statements.type_speaker(self._names.speaker(name))

    def word_also(self, name: str) -> Iterator[str]:
        """Another speaker, who joins those there."""
        if not name:
            raise UsageError("add the name: also NAME")
        statement = self.session.cursor.statement
        if statement is None or not statement.speakers:
            raise UsageError("there is no speaker yet; use speaker NAME")
        if not self.session.cursor.is_joining:
            self.session.statements.join()
        self.session.recorder.notice = None
        yield from self.word_type_speaker(name)

    def word_note(self, text: str) -> Iterator[str]:
        """The note of the statement, or of the paragraph; without a text it is told."""
        if text:
            self.session.statements.set_note("" if text == NONE else text)
            yield "Note kept." if text != NONE else "Note removed."
        else:
            yield telling.note(self.session)

    def word_role(self, name: str) -> Iterator[str]:
        """The paragraph's role, by its name."""
        role = next((one for one in ROLES if one == name.casefold()), None)
        if role is None:
            raise UsageError(f"a role is one of {', '.join(ROLES)}")
        self.session.paragraphs.set_role(role)
        yield f"Paragraph {self.session.cursor.index + 1} is {role}."

    def word_evidence(self, words: str) -> Iterator[str]:
        """The evidence: words of the paragraph, the number of a sentence, or all of it; without any it is told."""
        text = self.session.cursor.text
        if not words:
            yield from telling.evidence(self.session)
            return
        self.session.evidence.set(named_span(text, self.session.evidence.sentences(), words))
        start, end = self.session.cursor.evidence or (0, 0)
        yield f"Evidence: {quoted(one_line(text[start:end]))}."

    def word_statement(self, number: str) -> Iterator[str]:
        """Go to a statement by its number."""
        n = len(self.session.cursor.statements)
        if not number.isdecimal() or not 1 <= int(number) <= n:
            raise UsageError(f"this paragraph has {counted(n, 'statement')}: statement N goes to one")
        self.session.statements.go_to(int(number) - 1)
        yield telling.state(self.session)

    def word_statements(self, _rest: str) -> Iterator[str]:
        """Tell every statement of the paragraph."""
        for i, statement in enumerate(self.session.cursor.statements):
            yield telling.statement_line(self.session, i, statement)
        if self.session.cursor.statements:
            yield from telling.uncovered(self.session)
        else:
            yield "There is no statement in this paragraph."

    def word_go_to(self, place: str) -> Iterator[str]:
        """Go to a place, and say so where the coder is there already."""
        if not place:
            raise UsageError("add a place: go 7, go 3/7 or go NAME")
        before = self.session.cursor.paragraph.id
        self.session.navigation.go_to_place(place)
        if self.session.cursor.paragraph.id == before:
            yield "You are there already."

    def word_find(self, words: str) -> Iterator[str]:
        """Tell the paragraphs that hold these words."""
        if not words:
            raise UsageError("add words: find WORDS")
        if ":" in words:
            yield from telling.found(self.session, words)
            return
        found = self.session.coding.search().find(words, limit=20)
        for hit in found.hits:
            article = self.session.store.articles.of_paragraph(hit.paragraph)
            yield f"{article}/{hit.position + 1}, {hit.kind}: {one_line(hit.snippet)}"
        yield f"{len(found.hits) or 'Nothing'} found; go PLACE goes there." if found.hits else "Nothing found."
        if found.n_unread:
            yield f"{counted(found.n_unread, 'paragraph')} not searched yet; ask again."

    def word_articles(self, words: str) -> Iterator[str]:
        """Tell the articles whose name or title holds these words, with the coder's progress."""
        return telling.articles(self.session, words)

    def word_define(self, name: str) -> Iterator[str]:
        """Tell a category's or a variable's definition and rules."""
        for variable in self.session.instrument.codebook.variables:
            for category, _ in variable.walk():
                if name.casefold() in (category.name.casefold(), category.title.casefold()):
                    yield from _rules(category, f"{category.title} ({variable.title})")
                    return
            if name.casefold() in (variable.name.casefold(), variable.title.casefold()):
                yield f"{variable.title}: {one_line(variable.definition or 'no definition')}"
                return
        raise UsageError(
            f"the codebook has no category {one_line(name)[:40]!r}" if name else "add a category: define CATEGORY"
        )

    def word_rule(self, text: str) -> Iterator[str]:
        """Add a rule or an example to the codebook."""
        return add_rule(self.session, text)

    def word_registry(self, text: str) -> Iterator[str]:
        """Tell or change an entry of the registry."""
        return change_entry(self.session, text)

    def word_history(self, _rest: str) -> Iterator[str]:
        """Tell what was done to the statement, the newest step first."""
        return telling.history(self.session)

    def word_asked(self, _rest: str) -> Iterator[str]:
        """Tell what can be said here, with what each variable can hold."""
        yield from telling.asked(self.session)
        for variable in self.session.cursor.asked():
            if variable is not self.session.instrument.codebook.speaker:
                yield telling.choices_here(self.session, variable)
        off = [one_line(variable.name) for variable in self.session.instrument.switched_off]
        if off:
            yield f"Switched off: {', '.join(off)}; ask VARIABLE asks for one."

    def word_keys(self, _rest: str) -> Iterator[str]:
        """Tell every key."""
        from annotator.session.keys.key_sheet import groups

        for group in groups(self.session.instrument.keys):
            yield f"{group.title}. {'. '.join(f'{key}: {what}' for key, what in group.keys)}."

    def word_read(self, _rest: str) -> Iterator[str]:
        """Tell the paragraph again."""
        return telling.paragraph(self.session)

    def word_status(self, _rest: str) -> Iterator[str]:
        """Tell how far the coder is."""
        told = self._progress()
        yield f"{told[:1].upper()}{told[1:]}."

    def word_help(self, name: str) -> Iterator[str]:
        """List what the coder can type; with a name, its definition."""
        if name:
            yield from self.word_define(name)
        else:
            yield from (f"{what}: {does}." for what, does in HELP)

    def word_quit(self, _rest: str) -> Iterator[str]:
        """Leave."""
        raise Quit

    def _progress(self) -> str:
        found = self.session.coding.progress()
        flagged = f", {found.flagged} flagged" if found.flagged else ""
        return f"{counted(found.done, 'paragraph')} done, {found.left} left{flagged}"

    # variables by name

    def _variable(self, line: str) -> tuple[Variable, str] | None:
        """The variable whose name or title a line begins with, and the rest."""
        folded = line.casefold()
        variables = sorted(self.session.instrument.codebook.variables, key=lambda variable: variable.enabled)
        names = {name.casefold(): one for one in variables for name in (one.name, one.title)}
        for name in sorted(names, key=len, reverse=True):
            if len(name) > 1 and (folded == name or folded.startswith(name + " ")):
                return names[name], line[len(name) :].strip()
        return None

    def _say_variable(self, variable: Variable, text: str) -> Iterator[str]:
        if not variable.enabled:
            raise UsageError(f"{variable.title} is switched off; type ask {one_line(variable.name)} to ask for it")
        if variable is self.session.instrument.codebook.speaker:
            yield from self.word_type_speaker(text)
        elif not text:
            yield telling.choices_here(self.session, variable)
        elif variable not in self.session.cursor.asked():
            raise UsageError(f"{variable.title} is not asked here")
        elif text == NONE and variable.category("none") is None:
            self.session.labels.clear(variable)
        elif variable.categories:
            chosen = [_category(variable, one) for one in _parts(variable, text)]
            for name in chosen:
                self.session.labels.choose(variable, name)
        elif variable.level == "entity":
            type_entry(self.session, variable, self._names, text)
        else:
            self.session.labels.type_value(variable, text)


def _words() -> dict[str, Command]:
    """The command of each word."""
    return {word: command for command in table.COMMANDS for word in command.words}


def _parts(variable: Variable, text: str) -> list[str]:
    """What a text names: of a set several categories, with a bar between them as in files."""
    parts = [part.strip() for part in text.split("|")] if variable.level == "set" else [text]
    return list(dict.fromkeys(part for part in parts if part)) or [text]


def _category(variable: Variable, text: str) -> str:
    """The category that a text names: by its name, its key, or the only one that begins so."""
    offered = [c for c, _ in variable.walk() if not c.retired]
    folded = text.casefold()
    named = [c for c in offered if folded in (c.name.casefold(), c.title.casefold())]
    for found in (named, [c for c in offered if text in c.keys]):
        if found:
            return found[0].name
    begins = [c.name for c in offered if any(one.casefold().startswith(folded) for one in (c.title, c.name))]
    if len(begins) == 1:
        return begins[0]
    if begins:
        raise UsageError(f"{one_line(text)} could be {' or '.join(begins[:6])}")
    raise UsageError(f"{one_line(text)[:60]!r} is not a category; {telling.choices(variable).rstrip('.')}")


def _rules(category: Category, title: str) -> Iterator[str]:
    yield f"{title}: {one_line(category.definition or 'no definition')}"
    if category.use:
        yield f"Use: {one_line(category.use)}"
    if category.avoid:
        yield f"Not: {one_line(category.avoid)}"
    for example in category.examples:
        yield f"Example: {one_line(example.text)}" + (f" ({one_line(example.why)})" if example.why else "")

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
from annotator.session import narration as telling
from annotator.session.commands import DUPLICATE_KEY, ROLE_KEYS, Choice, local_map
from annotator.session.session import Session
from annotator.text.evidence import sentences
from annotator.text.terminal_text import one_line

HELP = (
    ("an empty line, next, done", "the paragraph is done, go on"),
    ("keys such as 1 o d, space, shift+right", "what they do on the screen; several in one line"),
    ("speaker NAME, also NAME, journalist", "who says it; also adds another"),
    (
        "VARIABLE CATEGORY, such as stance oppose",
        "a label; VARIABLE alone tells what it can be, VARIABLE none clears it",
    ),
    ("evidence WORDS, evidence N, evidence all", "what it rests on: words of the paragraph, or its Nth sentence"),
    ("another, remove, statement N", "another statement here; take this one away; go to the Nth"),
    ("carry", "the quotation of the paragraph before goes on here: the same speakers and labels"),
    ("no claim, furniture, duplicate, role ROLE", "what the paragraph is"),
    ("note TEXT, flag", "for later"),
    ("undo, redo", "also after a restart"),
    ("read, asked, status, statements", "tell it again"),
    ("forward, back, go PLACE, flagged, doubt", "move; PLACE is 7, 3/7 or part of an article's name"),
    ("find WORDS", "search the paragraphs and your own notes"),
    ("define CATEGORY", "its definition and rules"),
    ("keys, help, quit, exit", "everything else"),
)
"""What can be typed, with what it does."""


class Quit(Exception):  # noqa: N818 (no error: the coder leaves)
    """The coder wants to leave."""


class Lines:
    """A session spoken to in lines.

    Attributes:
        n_refused: How many lines could not be done as they stood.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.n_refused = 0

    def greet(self) -> Iterator[str]:
        """What is said first."""
        yield f"Coder {one_line(self.session.coder)}; {self._progress()}; help tells what can be typed."
        yield from telling.paragraph(self.session)

    def answer(self, line: str) -> Iterator[str]:
        """Do what a line says and tell what came of it; what cannot be done is told and changes nothing more.

        Raises:
            Quit: The line says so.
        """
        before, was = self.session.paragraph.id, telling.state(self.session)
        self.session.said = None
        try:
            answers = list(self._do(line.strip()))
        except AnnotatorError as error:
            self.n_refused += 1
            yield f"Not done: {one_line(str(error))}."
            if self.session.paragraph.id != before:
                yield from telling.paragraph(self.session)
            elif telling.state(self.session) != was:
                yield telling.state(self.session)
            return
        said = self.session.said
        if said is not None:
            answers.append(f"{said.text[:1].upper()}{one_line(said.text[1:])}.")
        yield from answers
        if self.session.paragraph.id != before:
            yield from telling.paragraph(self.session)
        elif not answers:
            yield telling.state(self.session)
        for warning in self.session.warnings() if not answers else ():
            yield f"Worth a second look: {one_line(warning)}."

    def _do(self, line: str) -> Iterator[str]:
        if not line:
            self.session.done()
            return
        words = _words()
        word, _, rest = line.partition(" ")
        whole, first = words.get(line.casefold()), words.get(word.casefold())
        if whole is not None:
            yield from self._run(whole, line, "")
            return
        if first is not None and len(word) > 1:
            yield from self._run(first, word, rest.strip())
            return
        found = self._variable(line)
        if found is not None:
            yield from self._say_variable(*found)
            return
        self._press(line)

    # words

    def _run(self, command: Command, word: str, rest: str) -> Iterator[str]:
        """Do what a word says; where it says more than the key does, a method of its own tells it."""
        own = getattr(self, f"word_{command.name}", None)
        if own is not None:
            yield from own(rest)
        elif rest and command.takes == "nothing":
            raise UsageError(f"{word.casefold()} stands alone on its line")
        else:
            self.session.deed(command, rest)()

    def word_type_speaker(self, name: str) -> Iterator[str]:
        """A speaker by name or digit; without one, what can be said here."""
        if not name:
            yield from telling.asked(self.session)
        elif name.isdecimal() and len(name) == 1:
            self.session.pick(int(name)) if name != "0" else self.session.pick_journalist()
        else:
            self.session.type_speaker(name)

    def word_also(self, name: str) -> Iterator[str]:
        """Another speaker, who joins those there."""
        if not name:
            raise UsageError("say who speaks too: also NAME")
        if self.session.statement is None or not self.session.statement.speakers:
            raise UsageError("there is no speaker yet to join")
        if not self.session.is_joining:
            self.session.join()
        self.session.said = None
        yield from self.word_type_speaker(name)

    def word_note(self, text: str) -> Iterator[str]:
        """The note of the statement, or of the paragraph."""
        self.session.set_note(text)
        yield "Note kept." if text else "Note taken away."

    def word_role(self, name: str) -> Iterator[str]:
        """The paragraph's role, by its name."""
        role = next((one for one in ROLES if one == name.casefold()), None)
        if role is None:
            raise UsageError(f"a role is one of {', '.join(ROLES)}")
        self.session.set_role(role)
        yield f"Paragraph {self.session.index + 1} is {role}."

    def word_evidence(self, words: str) -> Iterator[str]:
        """The evidence: words of the paragraph, the number of a sentence, or all of it."""
        text = self.session.text
        if words == "all":
            self.session.set_evidence((0, len(text)))
        elif words.isdecimal():
            found = sentences(text)
            if not 1 <= int(words) <= len(found):
                raise UsageError(f"the paragraph has {len(found)} sentence{'s' * (len(found) != 1)}")
            self.session.set_evidence(found[int(words) - 1])
        else:
            words = words.strip("“”\"'")
            at = text.find(words) if words else -1
            if at < 0:
                raise UsageError("evidence is words that stand in the paragraph, the number of a sentence, or all")
            self.session.set_evidence((at, at + len(words)))
        start, end = self.session.evidence or (0, 0)
        yield f"Evidence: “{one_line(text[start:end])}”."

    def word_statement(self, number: str) -> Iterator[str]:
        """Go to a statement by its number."""
        n = len(self.session.statements)
        if not number.isdecimal() or not 1 <= int(number) <= n:
            raise UsageError(f"this paragraph has {n} statement{'s' * (n != 1)}: statement N goes to one")
        while self.session.current != int(number) - 1:
            self.session.select(1)
        yield telling.state(self.session)

    def word_statements(self, _rest: str) -> Iterator[str]:
        """Tell every statement of the paragraph."""
        for i, statement in enumerate(self.session.statements):
            yield telling.statement_line(self.session, i, statement)
        if not self.session.statements:
            yield "There is no statement in this paragraph."

    def word_go_to(self, place: str) -> Iterator[str]:
        """Go to a place, and say so where the coder is there already."""
        before = self.session.paragraph.id
        self.session.go_to_place(place)
        if self.session.paragraph.id == before:
            yield "That is here."

    def word_find(self, words: str) -> Iterator[str]:
        """Tell the paragraphs that hold these words."""
        if not words:
            raise UsageError("say what to find: find WORDS")
        found = self.session.coding.search().find(words, limit=20)
        for hit in found.hits:
            article = self.session.store.articles.of_paragraph(hit.paragraph)
            yield f"{article}/{hit.position + 1}, {hit.kind}: {one_line(hit.snippet)}"
        yield f"{len(found.hits) or 'Nothing'} found; go PLACE goes there." if found.hits else "Nothing found."
        if found.n_unread:
            yield f"{found.n_unread} paragraphs were not searched yet; ask again."

    def word_define(self, name: str) -> Iterator[str]:
        """Tell a category's or a variable's definition and rules."""
        for variable in self.session.codebook.variables:
            for category, _ in variable.walk():
                if category.name.casefold() == name.casefold():
                    yield from _rules(category, f"{category.name} ({variable.title})")
                    return
            if name.casefold() in (variable.name.casefold(), variable.title.casefold()):
                yield f"{variable.title}: {one_line(variable.definition or 'no definition')}"
                return
        raise UsageError(
            f"the codebook has no category {one_line(name)[:40]!r}" if name else "say what: define CATEGORY"
        )

    def word_asked(self, _rest: str) -> Iterator[str]:
        """Tell what can be said here, with what each variable can hold."""
        yield from telling.asked(self.session)
        for variable in self.session.asked():
            if variable is not self.session.codebook.speaker:
                yield telling.choices(variable)

    def word_keys(self, _rest: str) -> Iterator[str]:
        """Tell every key."""
        from annotator.session.key_sheet import groups

        for group in groups(self.session.keys):
            yield f"{group.title}: {', '.join(f'{key} {what}' for key, what in group.keys)}."

    def word_read(self, _rest: str) -> Iterator[str]:
        """Tell the paragraph again."""
        return telling.paragraph(self.session)

    def word_status(self, _rest: str) -> Iterator[str]:
        """Tell how far the coder is."""
        told = self._progress()
        yield f"{told[:1].upper()}{told[1:]}."

    def word_help(self, _rest: str) -> Iterator[str]:
        """Tell what can be typed."""
        yield from (f"{what}: {does}." for what, does in HELP)

    def word_quit(self, _rest: str) -> Iterator[str]:
        """Leave."""
        raise Quit

    def _progress(self) -> str:
        found = self.session.progress()
        flagged = f", {found.flagged} flagged" if found.flagged else ""
        return f"{found.done} paragraphs done, {found.left} left{flagged}"

    # variables by name

    def _variable(self, line: str) -> tuple[Variable, str] | None:
        """The variable whose name or title a line begins with, and the rest."""
        folded = line.casefold()
        names = {n.casefold(): v for v in self.session.codebook.variables if v.enabled for n in (v.name, v.title)}
        for name in sorted(names, key=len, reverse=True):
            if len(name) > 1 and (folded == name or folded.startswith(name + " ")):
                return names[name], line[len(name) :].strip()
        return None

    def _say_variable(self, variable: Variable, text: str) -> Iterator[str]:
        if variable is self.session.codebook.speaker:
            yield from self.word_type_speaker(text)
        elif not text:
            yield telling.choices(variable)
        elif variable not in self.session.asked():
            raise UsageError(f"{variable.title} is not asked here")
        elif text == "none" and variable.category("none") is None:
            self.session.write(variable, None, "nothing")
        elif variable.categories:
            self.session.choose(variable, _category(variable, text))
        else:
            self.session.type_value(variable, text)

    # keys

    def _press(self, line: str) -> None:
        """Press the keys of a line one after the other, once all of them are known; a refusal ends the line."""
        for press in self._presses(line):
            press()

    def _presses(self, line: str) -> list[Callable[[], object]]:
        """What the keys of a line do.

        Raises:
            UsageError: One of them does nothing here; none is pressed then.
        """
        found: list[Callable[[], object]] = []
        left = line
        while left:
            token, _, rest = left.partition(" ")
            key = token.casefold() if len(token) > 1 and token.casefold() in self.session.keys.fixed else token[0]
            choice, command = self.session.keys.flat.get(key), self.session.keys.fixed.get(key)
            taking = self._taking(choice, command)
            if taking is not None and (len(token) == len(key) or not key.isalnum()):
                return [*found, partial(taking, left[len(key) :].strip())]
            if len(token) > len(key):
                raise UsageError(f"{one_line(token)[:60]!r} is neither a key nor a word that is known; help tells them")
            left = rest.lstrip()
            if choice is not None:
                presses, left = self._choices(choice, left)
                found += presses
            elif command is not None:
                press, left = self._command(command, key, left)
                found.append(press)
            else:
                raise UsageError(f"{one_line(token)} does nothing here; help tells what can be typed")
        return found

    def _taking(self, choice: Choice | None, command: Command | None) -> Callable[[str], object] | None:
        """What takes the rest of the line as it stands: a typed speaker, a note, a number."""
        if choice is not None:
            is_typed = choice.category is None and not local_map(choice.variable)
            return partial(self.session.type_value, choice.variable) if is_typed else None
        if command is not None and command.owner == "session" and command.takes == "text":
            return lambda text: self.session.deed(command, text)()
        return None

    def _choices(self, choice: Choice, left: str) -> tuple[list[Callable[[], object]], str]:
        """The presses of a codebook's key, with those of the variable that it opens, and the rest of the line."""
        variable = choice.variable
        if choice.category is not None:
            return [partial(self.session.choose, variable, choice.category)], left
        keys = local_map(variable)
        presses: list[Callable[[], object]] = []
        while left[:1] in keys and left[1:2] in ("", " ") and left:
            presses.append(partial(self.session.choose, variable, keys[left[0]]))
            left = left[1:].lstrip()
            if variable.level != "set":
                break
        if not presses:
            raise UsageError(f"{variable.key} opens {variable.title}, and a key follows: {_listed(keys)}")
        return presses, left

    def _command(self, command: Command, key: str, left: str) -> tuple[Callable[[], object], str]:
        """The press of a command's key, and the rest of the line."""
        if command.takes == "role":
            return self._press_role(left[:1]), left[1:].lstrip()
        if command.owner != "session":
            raise UsageError(f"{one_line(key)} belongs to the screen; help tells what can be typed here")
        return self.session.deed(command, key), left

    def _press_role(self, key: str) -> Callable[[], object]:
        roles = dict(ROLE_KEYS)
        if key == DUPLICATE_KEY:
            return self.session.duplicate
        if key in roles:
            return partial(self.session.set_role, roles[key])
        listed = _listed({key: str(role) for key, role in ROLE_KEYS})
        raise UsageError(f"the role follows: {listed}, {DUPLICATE_KEY} duplicate")


def _words() -> dict[str, Command]:
    """The command of each word."""
    return {word: command for command in table.COMMANDS for word in command.words}


def _listed(keys: dict[str, str]) -> str:
    return ", ".join(f"{key} {name}" for key, name in keys.items())


def _category(variable: Variable, text: str) -> str:
    """The category that a text names: by its name, its key, or the only one that begins so."""
    offered = [c for c, _ in variable.walk() if not c.retired]
    folded = text.casefold()
    for found in ([c for c in offered if c.name.casefold() == folded], [c for c in offered if c.key == text]):
        if found:
            return found[0].name
    begins = [c.name for c in offered if c.name.casefold().startswith(folded)]
    if len(begins) == 1:
        return begins[0]
    if begins:
        raise UsageError(f"{one_line(text)} could be {' or '.join(begins[:6])}")
    raise UsageError(f"{one_line(text)[:60]!r} is no category; {telling.choices(variable).rstrip('.')}")


def _rules(category: Category, title: str) -> Iterator[str]:
    yield f"{title}: {one_line(category.definition or 'no definition')}"
    if category.use:
        yield f"Use: {one_line(category.use)}"
    if category.avoid:
        yield f"Not: {one_line(category.avoid)}"
    for example in category.examples:
        yield f"Example: {one_line(example.text)}" + (f" ({one_line(example.why)})" if example.why else "")

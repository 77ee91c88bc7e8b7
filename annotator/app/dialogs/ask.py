"""Input prompts of the labelling screen; each returns an action to run, or None."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from textual.app import App

from annotator.app.dialogs.prompt import MOST_TYPED, TAKES_IT, TAKES_LINE, Found, Prompt
from annotator.codebook.model import Variable
from annotator.commands import Command
from annotator.errors import AnnotatorError, UsageError
from annotator.session import Session
from annotator.text.search_text import holds_words, searchable

Deed = Callable[[], Any]
"""An action for the session to record."""

_NEW = "\n"
"""Prefix of the name of a new category; names cannot contain it."""


async def value(app: App[Any], session: Session, variable: Variable) -> Deed | None:
    """A number, a text, a name, or a category found by typing.

    Raises:
        UsageError: The present text is too long to edit in a line.
    """
    label = session.cursor.label(variable)
    finder = None
    text = ""
    if variable.categories:
        finder = _categories(variable)
    elif variable.level == "entity":
        finder = _entries(session)
    elif label is not None:
        text = _editable(str(label.value), variable.title)
    if finder is not None and label is not None:
        finder = _with_nothing(finder, _titles(variable, label.value))
    hint = TAKES_LINE if finder else f"{TAKES_IT} · an empty line clears it"
    has_digits = variable is session.targets.variable
    evidence = _evidence(session) if variable.scope == "statement" else ""
    prompt = Prompt(_question(variable), finder, text, hint, evidence, has_digits=has_digits)
    typed = await app.push_screen_wait(prompt)
    if typed is None:
        return None
    if typed.startswith(_NEW):
        return lambda: session.add_category(variable, typed.removeprefix(_NEW))
    if variable.level == "entity" and typed:
        return await _named(app, session, typed, partial(session.labels.type_value, variable), issues=True)
    return lambda: session.labels.type_value(variable, typed)


async def line(app: App[Any], session: Session, command: Command) -> Deed | None:
    """The text that a command takes."""
    typed = await app.push_screen_wait(Prompt(command.help, None, "", TAKES_IT))
    return None if typed is None else session.deed(command, typed)


async def speaker(app: App[Any], session: Session) -> Deed | None:
    """A speaker of the registry or the text, or a new one."""
    prompt = Prompt("speaker", _speakers(session), "", TAKES_LINE, _evidence(session))
    typed = await app.push_screen_wait(prompt)
    if typed is None:
        return None
    return await _named(app, session, typed, session.statements.type_speaker, issues=False)


async def _named(
    app: App[Any], session: Session, name: str, take: Callable[[str], Any], *, issues: bool
) -> Deed | None:
    """Take a name; ask first if it is new and much like entries of the registry."""
    like = session.suggestions.doubtful(name, issues=issues)
    if like:
        lines = [*(Found(one, one) for one in like), Found(name, name, is_new=True)]
        question = f"{name} is not in the registry. Is it one of these?"

        def find(text: str) -> list[Found]:
            return [one for one in lines if holds_words(one.shown, text)]

        prompt = Prompt(question, find, "", TAKES_LINE, _evidence(session))
        answer = await app.push_screen_wait(prompt)
        return None if answer is None else partial(take, answer)
    return partial(take, name)


async def note(app: App[Any], session: Session) -> Deed | None:
    """The note of the statement, or of the paragraph.

    Raises:
        UsageError: The present note is too long to edit in a line.
    """
    what = "note of the statement" if session.cursor.statement else "note of the paragraph"
    text = _editable(session.cursor.note, what)
    typed = await app.push_screen_wait(Prompt(what, None, text, "Enter keeps it · Esc leaves", _evidence(session)))
    return None if typed is None else lambda: session.statements.set_note(typed)


async def place(app: App[Any], session: Session) -> Deed | None:
    """A paragraph, or an article, by its number or name."""
    places = "7: paragraph 7 · 3/7: paragraph 7 of article 3 · or part of an article's name"
    typed = await app.push_screen_wait(Prompt("go to", None, "", f"{places} · Enter goes there · Esc leaves"))
    return (lambda: session.navigation.go_to_place(typed)) if typed else None


async def article(app: App[Any], session: Session) -> Deed | None:
    """An article of the list."""

    def find(text: str) -> list[Found]:
        return [Found(str(row), shown) for row, shown in session.navigation.articles(text)]

    hint = "type a part of the name · Enter goes there · ↓ ↑ another · Esc leaves"
    chosen = await app.push_screen_wait(Prompt("article: how far you are, and its name", find, "", hint))
    return None if chosen is None else lambda: session.navigation.open_article(int(chosen))


async def found(app: App[Any], session: Session) -> Deed | None:
    """A paragraph by words and conditions."""
    from annotator.session.search_query import HINT  # a session that searches nothing need not load it

    def find(text: str) -> list[Found]:
        try:
            here = session.cursor.paragraph.id
            return [Found(str(one.paragraph or here), one.shown) for one in session.navigation.find(text)]
        except AnnotatorError as error:
            return [Found(str(session.cursor.paragraph.id), str(error))] if text.strip() else []

    hint = f"{HINT} · Enter goes there · Esc leaves"
    prompt = Prompt("find", find, "", hint, nothing="type words or conditions, as below")
    chosen = await app.push_screen_wait(prompt)
    return None if chosen is None else lambda: session.navigation.go_to(int(chosen))


async def variable(app: App[Any], session: Session) -> Variable | None:
    """A variable of the form, also one without a key; or one that is switched off."""
    asked = session.cursor.asked()
    off = session.instrument.switched_off

    def find(text: str) -> list[Found]:
        named = [v for v in asked if holds_words(v.title, text)]
        labels = [(v, session.cursor.label(v)) for v in named]
        found = [Found(v.name, f"{v.title}: {_titles(v, at.value)}" if at else v.title) for v, at in labels]
        more = [v for v in off if holds_words(v.title, text)]
        return found + [Found(v.name, f"{v.title}: not asked; Enter asks for it from now on") for v in more]

    name = await app.push_screen_wait(Prompt("variable", find, "", "Enter opens it · ↓ ↑ another · Esc leaves"))
    return session.instrument.codebook.variable(name) if name else None


async def rule(app: App[Any], session: Session) -> Deed | None:
    """A rule or an example for a category, or for a whole variable.

    Raises:
        StoreError: The codebook is locked in this file.
    """
    from annotator.app.dialogs.rule import ask_rule  # asked now and then

    session.store.codebooks.refuse_locked()
    statement, evidence = session.cursor.statement, session.cursor.evidence
    held = {(n, str(one)) for n, lb in statement.labels.items() for one in names(lb.value)} if statement else set()
    example = " ".join(session.cursor.text[slice(*evidence)].split()) if evidence else ""
    new = await ask_rule(app, session.instrument.codebook, held, example)
    return None if new is None else lambda: session.add_rule(*new)


def _evidence(session: Session) -> str:
    """The words that the current or the next statement rests on."""
    span = session.cursor.evidence
    return session.cursor.text[slice(*span)] if span is not None else ""


def names(value: object) -> list[str]:
    """The categories or names in a label."""
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _titles(variable: Variable, value: object) -> str:
    return ", ".join(map(variable.title_of, names(value)))


def _categories(variable: Variable) -> Callable[[str], list[Found]]:
    def find(text: str) -> list[Found]:
        found = []
        for category, above in variable.walk():
            path = " › ".join((*map(variable.title_of, above), category.title))
            if not category.retired and holds_words(f"{path} {category.name}", text):
                found.append(Found(category.name, path))
        begin = searchable(text)
        found.sort(key=lambda one: not any(searchable(name).startswith(begin) for name in (one.shown, one.value)))
        is_list = variable.key is not None and variable.level in ("nominal", "set")
        name = " ".join(text.split())
        if is_list and name and name.casefold() not in {one.casefold() for one in variable.names}:
            found.append(Found(f"{_NEW}{name}", f"{name}: add it to the codebook", is_new=True))
        return found

    return find


def _speakers(session: Session) -> Callable[[str], list[Found]]:
    return lambda text: [Found(one.name, one.shown, one.is_new) for one in session.suggestions.find(text)]


def _entries(session: Session) -> Callable[[str], list[Found]]:
    """Entries of the registry, issues included, and names in the text; a new name becomes an entry."""
    return lambda text: [Found(one.name, one.shown, one.is_new) for one in session.targets.find(text)]


def _with_nothing(finder: Callable[[str], list[Found]], value: str) -> Callable[[str], list[Found]]:
    """A finder that first offers to clear the present value."""
    nothing = Found("", f"nothing: take “{value}” away")
    return lambda text: finder(text) if text else [*finder(text), nothing]


def _editable(text: str, what: str) -> str:
    """A text, refused if it is too long to edit in a line."""
    if len(text) > MOST_TYPED:
        raise UsageError(f"{what}: {len(text):,} characters are too many to edit here; the text stays as it is")
    return text


def _question(variable: Variable) -> str:
    """The prompt for a variable, with the bounds of a number."""
    if not variable.is_numeric:
        return variable.title
    bounds = [f"at least {variable.minimum:g}"] if variable.minimum is not None else []
    bounds += [f"at most {variable.maximum:g}"] if variable.maximum is not None else []
    return ", ".join([f"{variable.title}: a {'whole ' if variable.whole else ''}number", *bounds])

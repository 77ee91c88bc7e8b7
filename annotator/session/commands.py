"""The keys of the labelling screen: the fixed ones, and the flat map that a codebook adds to them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from annotator.codebook.model import RESERVED, Codebook, Scope, Variable
from annotator.model import Role


class Command(NamedTuple):
    """Something a key does."""

    name: str
    keys: tuple[str, ...]
    """As Textual calls them."""
    shown: str
    """As people call them."""
    what: str
    group: Literal["speakers", "evidence", "statements", "paragraphs", "moving", "more"]
    needs_statements: bool = False


COMMANDS: tuple[Command, ...] = (
    Command("pick", tuple("123456789"), "1–9", "the ranked speakers", "speakers", True),
    Command("journalist", ("0",), "0", "the journalist's own voice", "speakers", True),
    Command("type_speaker", ("/",), "/", "type a speaker: registry and text", "speakers", True),
    Command("join", (",",), ",", "the next speaker joins the one there", "speakers", True),
    Command("evidence_next", ("right",), "→", "evidence: the next sentence", "evidence", True),
    Command("evidence_back", ("left",), "←", "evidence: the one before", "evidence", True),
    Command("evidence_longer", ("shift+right",), "Shift+→", "evidence: one longer", "evidence", True),
    Command("evidence_shorter", ("shift+left",), "Shift+←", "evidence: one shorter", "evidence", True),
    Command("grain", (".",), ".", "arrows by sentence, clause or word", "evidence", True),
    Command("another", ("space",), "Space", "another statement here, same speaker and target", "statements", True),
    Command("next_statement", ("tab",), "Tab", "the next statement of the paragraph", "statements", True),
    Command("previous_statement", ("shift+tab",), "Shift+Tab", "the statement before", "statements", True),
    Command("remove", ("backspace", "delete"), "Backspace", "take the statement away", "statements", True),
    Command("done", ("enter",), "Enter", "done, next uncoded paragraph", "paragraphs"),
    Command("no_claim", ("x",), "x", "no claim, next", "paragraphs"),
    Command("furniture", ("b",), "b", "furniture, next", "paragraphs"),
    Command("role", ("h",), "h", "the paragraph's role; duplicate", "paragraphs"),
    Command("flag", ("!",), "!", "flag", "paragraphs"),
    Command("note", ("w",), "w", "note", "paragraphs"),
    Command("undo", ("z",), "z", "undo, also after a restart", "paragraphs"),
    Command("redo", ("Z",), "Z", "redo", "paragraphs"),
    Command("next_paragraph", ("j", "down"), "j ↓", "next paragraph", "moving"),
    Command("previous_paragraph", ("k", "up"), "k ↑", "paragraph before", "moving"),
    Command("next_article", ("]",), "]", "next article", "moving"),
    Command("previous_article", ("[",), "[", "article before", "moving"),
    Command("go_to", ("g",), "g", "go to a paragraph or an article", "moving"),
    Command("scroll_down", ("pagedown",), "PgDn", "read on in a long paragraph", "moving"),
    Command("scroll_up", ("pageup",), "PgUp", "read back", "moving"),
    Command("articles", ("A",), "A", "list of articles, and how far you are", "moving"),
    Command("find", ("F",), "F", "find words, notes, states, categories, speakers", "moving"),
    Command("next_flagged", ("N",), "N", "next flagged paragraph", "moving"),
    Command("next_doubt", ("W",), "W", "next decision that a new codebook put in doubt", "moving"),
    Command("rule", ("R",), "R", "add a rule or an example to the codebook", "more"),
    Command("carry", ("Q",), "Q", "the quotation goes on: same speaker and labels here", "statements", True),
    Command("registry", ("S",), "S", "the registry of speakers: rename, merge, aliases", "more", True),
    Command("disagreements", ("D",), "D", "where coders disagree, once you are done there", "more"),
    Command("history", ("H",), "H", "history of the statement", "more", True),
    Command("variables", ("V",), "V", "open any variable of the form", "more"),
    Command("help", ("?",), "?", "definitions and all keys", "more"),
    Command("palette", ("ctrl+p",), "Ctrl+P", "every command by name", "more"),
    Command("suspend", ("ctrl+z",), "Ctrl+Z", "to the shell, `fg` comes back", "more"),
    Command("quit", ("ctrl+q", "ctrl+c"), "Ctrl+Q", "leave; everything is saved", "more"),
)
"""Every fixed key of the labelling screen."""

ROLE_KEYS: tuple[tuple[str, Role], ...] = (
    ("b", "body"),
    ("h", "headline"),
    ("k", "kicker"),
    ("s", "subhead"),
    ("d", "dek"),
    ("y", "byline"),
    ("c", "caption"),
    ("p", "pull-quote"),
    ("f", "furniture"),
)
"""After `h`: the key of each role."""

DUPLICATE_KEY = "="
"""After `h`: the paragraph repeats another one, which is coded."""

_SCOPES: tuple[Scope, ...] = ("statement", "paragraph", "article")


class Choice(NamedTuple):
    """What a codebook's key does: choose a category of a variable, or (without one) open the variable."""

    variable: Variable
    category: str | None


def flat_map(codebook: Codebook) -> dict[str, Choice]:
    """The keys a codebook adds to the screen.

    Keys are unique within a scope; where two scopes share one, the narrower scope has it, and the other variable is
    opened from the list of variables.
    """
    keys: dict[str, Choice] = {}
    for scope in _SCOPES:
        for variable in codebook.asked(scope):
            if variable.key is not None:
                keys.setdefault(variable.key, Choice(variable, None))
                continue
            for category, _ in variable.walk():
                if category.key is not None and not category.retired:
                    keys.setdefault(category.key, Choice(variable, category.name))
    return {key: choice for key, choice in keys.items() if key not in RESERVED}


def commands(codebook: Codebook) -> list[Command]:
    """The fixed commands that this codebook has a use for."""
    return [command for command in COMMANDS if codebook.has_statements or not command.needs_statements]


def fixed_map(codebook: Codebook) -> dict[str, Command]:
    """The fixed keys; a capital letter that the codebook uses is the codebook's."""
    taken = flat_map(codebook)
    return {key: command for command in commands(codebook) for key in command.keys if key not in taken}


def local_map(variable: Variable) -> dict[str, str]:
    """The keys of a variable's categories while it is open; categories without one get digits, as far as they go."""
    keys = {
        category.key: category.name
        for category, _ in variable.walk()
        if category.key is not None and not category.retired
    }
    spare = iter(digit for digit in "1234567890" if digit not in keys)
    for category, _ in variable.walk():
        if category.key is None and not category.retired:
            key = next(spare, None)
            if key is None:
                break
            keys[key] = category.name
    return keys


def markdown_table(codebook: Codebook) -> str:
    """The keys as a Markdown table, for the README."""
    rows = ["| key | what |", "|---|---|"]
    rows += [f"| {_code(command.shown)} | {command.what} |" for command in commands(codebook)]
    for variable in codebook.variables:
        if not variable.enabled:
            continue
        keys = [(c.key, c.name) for c, _ in variable.walk() if c.key is not None and not c.retired]
        listed = ", ".join(f"`{key}` {name}" for key, name in keys)
        if variable.key is not None:
            rows.append(f"| `{variable.key}`, then a key | {variable.title}{': ' + listed if listed else ''} |")
        elif listed:
            rows.append(f"| {' '.join(f'`{key}`' for key, _ in keys)} | {variable.title}: {listed} |")
    return "\n".join(rows)


def _code(shown: str) -> str:
    return " ".join(f"`{part}`" for part in shown.split(" "))

"""The table of commands: name, keys, words of `--plain`, help and action; data only.

The labelling screen, `--plain`, the palette, the key sheet, the README and the keys that a codebook may take are all
made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["speakers", "evidence", "statements", "paragraphs", "moving", "more"]
Takes = Literal["nothing", "key", "role", "text"]
Owner = Literal["session", "screen", "lines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of a coder.

    Attributes:
        name: Its name here and in a key file.
        keys: Its keys, as Textual calls them; without one it is only a word of `--plain`.
        shown: The keys, as people call them.
        help: Its effect, in a few words.
        group: The part of the key sheet where it stands.
        words: Its words in `--plain`.
        takes: Its input: nothing, the number of the pressed key (from 1), a role, or a line of text.
        action: The method of the session that does it, such as `statements.another`; or `screen` or `lines`, where
            only that door can do it.
        arguments: Arguments of the method.
        yields: Whether a codebook may take its keys.
        needs_statements: Whether it applies only to codebooks with statements.
    """

    name: str
    keys: tuple[str, ...] = ()
    shown: str = ""
    help: str
    group: Group
    words: tuple[str, ...] = ()
    takes: Takes = "nothing"
    action: str
    arguments: tuple[int, ...] = ()
    yields: bool = False
    needs_statements: bool = False

    @property
    def owner(self) -> Owner:
        """Its owner: the session, the screen or the line mode."""
        if self.action == "screen":
            return "screen"
        return "lines" if self.action == "lines" else "session"


COMMANDS: tuple[Command, ...] = (
    Command(name="pick", keys=tuple("123456789"), shown="1–9", help="the ranked speakers; then the targets",
            group="speakers", takes="key", action="digits.pick", needs_statements=True),
    Command(name="journalist", keys=("0",), shown="0", help="the journalist's own voice",
            group="speakers", words=("journalist",), action="statements.pick_journalist", needs_statements=True),
    Command(name="type_speaker", keys=("/",), shown="/", help="type a speaker: registry and text",
            group="speakers", words=("speaker",), takes="text", action="statements.type_speaker",
            needs_statements=True),
    Command(name="join", keys=(",",), shown=",", help="add the next speaker to those there; again: replace them",
            group="speakers", action="statements.join", needs_statements=True),
    Command(name="also", help="add another speaker to those there",
            group="speakers", words=("also",), takes="text", action="lines", needs_statements=True),
    Command(name="evidence_longer", keys=("right",), shown="→", help="evidence: its end a clause later",
            group="evidence", action="evidence.move_end", arguments=(1,), needs_statements=True),
    Command(name="evidence_shorter", keys=("left",), shown="←", help="evidence: its end a clause earlier",
            group="evidence", action="evidence.move_end", arguments=(-1,), needs_statements=True),
    Command(name="evidence_start_later", keys=("shift+right",), shown="Shift+→",
            help="evidence: its start a clause later",
            group="evidence", action="evidence.move_start", arguments=(1,), needs_statements=True),
    Command(name="evidence_start_earlier", keys=("shift+left",), shown="Shift+←",
            help="evidence: its start a clause earlier",
            group="evidence", action="evidence.move_start", arguments=(-1,), needs_statements=True),
    Command(name="evidence_next", keys=("down",), shown="↓", help="evidence: the next sentence",
            group="evidence", action="evidence.move_sentence", arguments=(1,)),
    Command(name="evidence_back", keys=("up",), shown="↑", help="evidence: the previous sentence",
            group="evidence", action="evidence.move_sentence", arguments=(-1,)),
    Command(name="grain", keys=(".",), shown=".", help="arrows by words until the next statement",
            group="evidence", action="evidence.change_grain", needs_statements=True),
    Command(name="evidence", help="evidence: words of the paragraph, or its Nth sentence",
            group="evidence", words=("evidence",), takes="text", action="lines", needs_statements=True),
    Command(name="another", keys=("space",), shown="Space", help="another statement here, with the next speaker",
            group="statements", words=("another",), action="statements.another", needs_statements=True),
    Command(name="next_statement", keys=("tab",), shown="Tab", help="the next statement of the paragraph",
            group="statements", action="statements.select", arguments=(1,), needs_statements=True),
    Command(name="previous_statement", keys=("shift+tab",), shown="Shift+Tab", help="the previous statement",
            group="statements", action="statements.select", arguments=(-1,), needs_statements=True),
    Command(name="statement", help="go to the Nth statement",
            group="statements", words=("statement",), takes="text", action="lines", needs_statements=True),
    Command(name="remove", keys=("backspace", "delete"), shown="Backspace", help="delete the statement",
            group="statements", words=("remove",), action="statements.remove", needs_statements=True),
    Command(name="done", keys=("enter",), shown="Enter", help="done, next uncoded paragraph",
            group="paragraphs", words=("next", "done"), action="paragraphs.done"),
    Command(name="no_claim", keys=("x",), shown="x", help="no claim, next",
            group="paragraphs", words=("no claim",), action="paragraphs.no_claim"),
    Command(name="furniture", keys=("b",), shown="b", help="furniture, next",
            group="paragraphs", words=("furniture",), action="paragraphs.furniture"),
    Command(name="role", keys=("h",), shown="h", help="the paragraph's role; duplicate",
            group="paragraphs", words=("role",), takes="role", action="paragraphs.set_role"),
    Command(name="duplicate", help="duplicate of a coded paragraph, next",
            group="paragraphs", words=("duplicate",), action="paragraphs.duplicate"),
    Command(name="flag", keys=("!",), shown="!", help="flag",
            group="paragraphs", words=("flag",), action="statements.flag"),
    Command(name="note", keys=("w",), shown="w", help="note",
            group="paragraphs", words=("note",), takes="text", action="statements.set_note"),
    Command(name="undo", keys=("z",), shown="z", help="undo, also after a restart",
            group="paragraphs", words=("undo",), action="undo"),
    Command(name="redo", keys=("Z",), shown="Z", help="redo",
            group="paragraphs", words=("redo",), action="redo"),
    Command(name="next_paragraph", keys=("j",), shown="j", help="next paragraph",
            group="moving", words=("forward",), action="navigation.move", arguments=(1,)),
    Command(name="previous_paragraph", keys=("k",), shown="k", help="paragraph before",
            group="moving", words=("back",), action="navigation.move", arguments=(-1,)),
    Command(name="next_article", keys=("]",), shown="]", help="next article",
            group="moving", action="navigation.move_article", arguments=(1,)),
    Command(name="previous_article", keys=("[",), shown="[", help="article before",
            group="moving", action="navigation.move_article", arguments=(-1,)),
    Command(name="go_to", keys=("g",), shown="g", help="go to a paragraph or an article",
            group="moving", words=("go",), takes="text", action="navigation.go_to_place"),
    Command(name="scroll_down", keys=("pagedown",), shown="PgDn", help="scroll in a long paragraph",
            group="moving", action="screen"),
    Command(name="scroll_up", keys=("pageup",), shown="PgUp", help="read back",
            group="moving", action="screen"),
    Command(name="articles", keys=("A",), shown="A", help="list of articles with your progress",
            group="moving", words=("articles",), action="screen", yields=True),
    Command(name="find", keys=("F",), shown="F", help="find words, notes, states, categories, speakers",
            group="moving", words=("find",), action="screen", yields=True),
    Command(name="next_flagged", keys=("N",), shown="N", help="next flagged paragraph",
            group="moving", words=("flagged",), action="navigation.next_flagged", yields=True),
    Command(name="next_doubt", keys=("W",), shown="W", help="next decision in doubt after a codebook change",
            group="moving", words=("doubt",), action="navigation.next_doubt", yields=True),
    Command(name="rule", keys=("R",), shown="R", help="add a rule or an example to the codebook",
            group="more", words=("rule",), action="screen", yields=True),
    Command(name="carry", keys=("Q",), shown="Q", help="continue the quotation: same speaker and labels",
            group="statements", words=("carry",), action="statements.carry", yields=True, needs_statements=True),
    Command(name="registry", keys=("S",), shown="S", help="speakers and targets: rename, merge, aliases, definition",
            group="more", words=("registry",), action="screen", yields=True, needs_statements=True),
    Command(name="disagreements", keys=("D",), shown="D", help="disagreements in paragraphs that you are done with",
            group="more", action="screen", yields=True),
    Command(name="history", keys=("H",), shown="H", help="history of the statement",
            group="more", words=("history",), action="screen", yields=True, needs_statements=True),
    Command(name="variables", keys=("V",), shown="V", help="open any variable of the form; ask for more",
            group="more", words=("ask",), takes="text", action="switch_on", yields=True),
    Command(name="help", keys=("?", "f1"), shown="?", help="definitions and all keys",
            group="more", words=("help",), action="screen"),
    Command(name="palette", keys=("ctrl+p",), shown="Ctrl+P", help="every command by name",
            group="more", action="screen"),
    Command(name="suspend", keys=("ctrl+z",), shown="Ctrl+Z", help="to the shell; `fg` comes back",
            group="more", action="screen"),
    Command(name="quit", keys=("ctrl+q", "ctrl+c"), shown="Ctrl+Q", help="leave; everything is saved",
            group="more", words=("quit", "exit"), action="screen"),
    Command(name="define", help="a category's rules",
            group="more", words=("define",), takes="text", action="lines"),
    Command(name="read", help="repeat the paragraph",
            group="more", words=("read",), action="lines"),
    Command(name="asked", help="list the choices here",
            group="more", words=("asked",), action="lines"),
    Command(name="status", help="show your progress",
            group="more", words=("status",), action="lines"),
    Command(name="statements", help="list the statements",
            group="more", words=("statements",), action="lines"),
    Command(name="keys", help="list the keys",
            group="more", words=("keys",), action="lines"),
)  # fmt: skip
"""Every command; those with keys in the order of the README."""


def reserved(commands: tuple[Command, ...] = COMMANDS) -> frozenset[str]:
    """The signs that no codebook can take, because they are keys of the labelling screen."""
    signs = (" " if key == "space" else key for command in commands if not command.yields for key in command.keys)
    return frozenset(sign for sign in signs if len(sign) == 1)

"""A coder at work: what each key does, from the first speaker to the last article."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from annotator.codebook.model import Variable
from annotator.commands import Command
from annotator.model import Role, State, Value
from annotator.session import form
from annotator.session.cursor import Refused
from annotator.session.open_article import load_article
from annotator.session.statements import Statements
from annotator.store.coder.coding import CodingStep
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.session.search_query import Place as FoundPlace
    from annotator.store.changes.codebook_changes import Rule


class Session(Statements):
    """One coder in one project: statements, paragraphs, history, and finding one's way."""

    def deed(self, command: Command, given: str = "") -> Callable[[], object]:
        """What a command of the session's does, ready to be done.

        Args:
            command: The command.
            given: What it takes, as the command says: the one of its keys that was pressed, a role, or a text.
        """
        values: tuple[object, ...] = () if command.takes == "nothing" else (given,)
        if command.takes == "key":
            values = (command.keys.index(given) + 1,)
        return partial(attrgetter(command.action)(self), *values, *command.arguments)

    # paragraphs

    def done(self) -> None:
        """The paragraph is coded; go to the next one that is not. What is missing is said first, once."""
        gap = self._gap()
        if gap is not None:
            if not self._is_leaving_open or not (self.statements or self.review.labels):
                self._is_leaving_open = True
                has_something = bool(self.statements or self.review.labels)
                raise Refused(gap + ("; Enter again leaves the paragraph open" if has_something else ""))
            self._go_next()
            self._say("left open: " + gap, is_warning=True)
            return
        with self._step("done") as step:
            self._fill_defaults(step)
            step.review(state="coded")
        self._go_next()

    def no_claim(self) -> None:
        """There is nothing to code here; go on."""
        self._finish("no claim")

    def furniture(self) -> None:
        """This is no part of the article's text; go on."""
        self._finish("furniture", role="furniture")

    def duplicate(self) -> None:
        """This text stands elsewhere too and is coded there; go on."""
        self._finish("duplicate")

    def _finish(self, state: State, role: Role | None = None) -> None:
        if self.statements:
            n = len(self.statements)
            raise Refused(f"{n} statement{'s' * (n > 1)} stand{'s' * (n == 1)} here; Backspace takes one away")
        with self._step(state) as step:
            step.review(state=state)
            if role is not None and self.role != role:
                step.review(role=role)
        self._go_next()

    def set_role(self, role: Role) -> None:
        """Correct what the paragraph is in the article."""
        with self._step(f"role {role}") as step:
            step.review(role=None if role == self.paragraph.role else role)

    # history

    def undo(self) -> None:
        """Take back the last step, wherever it was."""
        undone = self.coding.undo()
        if undone is None:
            raise Refused("there is nothing to undo")
        self._after_history("undone", undone.what, undone.paragraph)

    def redo(self) -> None:
        """Do again what was undone last."""
        redone = self.coding.redo()
        if redone is None:
            raise Refused("there is nothing to redo")
        self._after_history("done again", redone.what, redone.paragraph)

    def _after_history(self, verb: str, what: str, paragraph: int | None) -> None:
        self.speakers.forget()
        self._load_codebook()
        self._arrive(paragraph or self.paragraph.id)
        self._say(f"{verb}: {what}")

    # finding one's way

    def move(self, direction: int) -> None:
        """Go to the next paragraph or the one before, over the ends of articles."""
        self.leave()
        if 0 <= self.index + direction < len(self.article.paragraphs):
            self._arrive(self.article.paragraphs[self.index + direction].id)
            return
        other = self.store.articles.neighbour(self.article.row, direction)
        if other is None:
            raise Refused("this is the last paragraph" if direction > 0 else "this is the first paragraph")
        self._open(other, 0 if direction > 0 else -1)

    def move_article(self, direction: int) -> None:
        """Go to the next article, or to the one before."""
        self.leave()
        other = self.store.articles.neighbour(self.article.row, direction)
        if other is None:
            raise Refused("this is the last article" if direction > 0 else "this is the first article")
        self._open(other, 0)

    def go_to(self, paragraph: int) -> None:
        """Go to a paragraph by its id."""
        self.leave()
        self._arrive(paragraph)

    def go_to_place(self, text: str) -> None:
        """Go where a coder typed: `7` is paragraph 7 here, `3/7` paragraph 7 of article 3, else part of a name."""
        self.leave()
        article, _, number = text.strip().rpartition("/")
        if number.isdecimal() and (not article or article.isdecimal()):
            row = self.article.row if not article else self._nth_article(int(article))
            target = self.article if row == self.article.row else load_article(self.store, row, self.coding)
            if not 1 <= int(number) <= len(target.paragraphs):
                raise Refused(f"that article has {len(target.paragraphs)} paragraphs")
            self._arrive(target.paragraphs[int(number) - 1].id)
            return
        found = self.store.articles.find(text.strip()) if text.strip() else None
        if found is None:
            raise Refused(f"no article is called {one_line(text)[:40]!r}")
        self._open(found, 0)

    def find(self, text: str) -> list[FoundPlace]:
        """The paragraphs that hold these words and meet these conditions, as a coder types them."""
        from annotator.session import search_query as finding  # a session that searches nothing need not load it

        return finding.find(self.coding, self.codebook, text)

    def next_flagged(self) -> None:
        """Go to the next flagged paragraph, from the start again at the end."""
        self.leave()
        found = self.coding.next_flagged(self.paragraph.id)
        if found is None:
            raise Refused("nothing is flagged; ! flags a paragraph")
        self._arrive(found)

    def next_doubt(self) -> None:
        """Go to the next paragraph with a decision that a change of the codebook put in doubt."""
        self.leave()
        found = self.coding.next_doubt(self.paragraph.id)
        if found is None:
            raise Refused("nothing is in doubt")
        self._arrive(found)
        n = self.coding.n_doubts()
        self._say(f"{n} decision{'s' * (n != 1)} in doubt; choosing again, also the same, settles one")

    def add_rule(self, variable: str, category: str | None, kind: Rule, text: str) -> None:
        """Add a rule or an example to the codebook, as a new revision of it."""
        from annotator.store.changes.codebook_changes import CodebookChanges

        evolution = CodebookChanges(self.store)
        version = evolution.add_rule(self.coding.coder.id, variable, category, kind, text)
        self._load_codebook()
        self._refresh()
        self._say(f"the codebook is now {self.codebook.name} {version}")

    def look_again(self, what: str) -> None:
        """Something was changed beside the paragraph: read it back and say so."""
        self.speakers.forget()
        self._refresh()
        self._say(what)

    def add_category(self, variable: Variable, name: str) -> None:
        """Add a category to a variable's list, as a new revision of the codebook, and choose it."""
        from annotator.store.changes.codebook_changes import CodebookChanges

        version = CodebookChanges(self.store).add_category(self.coding.coder.id, variable.name, name)
        self._load_codebook()
        revised = self.codebook.variable(variable.name)
        if revised is not None:
            self.choose(revised, " ".join(name.split()))
        self._say(f"{one_line(name)} is new in the codebook, now {self.codebook.name} {version}")

    def open_article(self, row: int) -> None:
        """Go to the first paragraph of an article that is not done, or to its first."""
        self.leave()
        article = load_article(self.store, row, self.coding)
        following = self.coding.next_left(article.first - 1)
        is_inside = following is not None and article.first <= following <= article.last
        self._arrive(following if following is not None and is_inside else article.first)

    def articles(self, text: str, most: int = 200) -> list[tuple[int, str]]:
        """The articles whose id, name or title holds these words: row, and a line with the coder's progress."""
        lines = []
        for found in self.store.articles.search(text, most):
            progress = self.coding.progress(found.first, found.first + found.n_paragraphs - 1)
            sign = "●" if progress.left == 0 else "○" if progress.done else "·"
            flags = f"  !{progress.flagged}" if progress.flagged else ""
            title = found.title or found.name
            lines.append((found.id, f"{sign} {progress.done:>3}/{found.n_paragraphs:<3}{flags}  {title}"))
        return lines

    @property
    def is_new_here(self) -> bool:
        """Whether the coder has recorded nothing yet."""
        return not self.statements and self.coding.progress().done == 0 and self.coding.last_statement() is None

    def _nth_article(self, n: int) -> int:
        row = self.store.articles.nth(n)
        if row is None:
            raise Refused(f"there are {len(self.store.articles)} articles")
        return row

    def _open(self, row: int, index: int) -> None:
        article = load_article(self.store, row, self.coding)
        self._arrive(article.paragraphs[index].id)

    # inside

    def _gap(self) -> str | None:
        """What is missing before the paragraph is done, in a sentence."""
        gaps = form.missing_of_unit(self.codebook, "paragraph", self.review.labels, self.around)
        if gaps:
            return "missing: " + ", ".join(variable.title for variable in gaps)
        if not self.statements:
            is_coded = any(form.is_decided(label) for label in self.review.labels.values())
            return None if is_coded else "nothing is coded here: x says “no claim”"
        for i, statement in enumerate(self.statements):
            missing = form.missing(self.codebook, statement, self.around)
            which = f"statement {i + 1}: " if len(self.statements) > 1 else ""
            if missing:
                self.current = i
                return f"{which}missing: " + ", ".join(variable.title for variable in missing)
            category = form.needs_note(self.codebook, statement)
            if category is not None:
                self.current = i
                return f"{which}“{category}” needs a note (w)"
        return None

    def _fill_defaults(self, step: CodingStep) -> None:
        """Write the codebook's defaults where the coder left a variable open; they count as no decision."""
        for statement in self.statements:
            values = {**self.around, **statement.labels}
            for variable in form.asked(self.codebook, "statement", values):
                if variable.default is not None and variable.name not in statement.labels:
                    step.label(statement.statement_id, variable.name, _default(variable), "default")
        for variable in form.asked(self.codebook, "paragraph", self.around):
            if variable.default is not None and variable.name not in self.review.labels:
                step.label_paragraph(variable.name, _default(variable), "default")


def _default(variable: Variable) -> Value | None:
    default = variable.default
    if isinstance(default, tuple):
        return [name for name in variable.names if name in default]
    if variable.level in ("interval", "ratio") and default is not None:
        return float(default)
    return [str(default)] if variable.level == "set" else default

"""The disagreement browser: the worst paragraphs first, both codings side by side, and the gold layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from time import monotonic, sleep
from typing import ClassVar, cast

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

from annotator.app.bursts import is_unknown, not_taken
from annotator.app.command_screen import CommandScreen, is_open
from annotator.app.dialogs.adjudicate import WHY, ask_each, gold_is_meant
from annotator.app.dialogs.prompt import Found, Prompt
from annotator.app.key_queue import PAUSE, Waiting, patient
from annotator.app.keyed_app import KeyedApp
from annotator.app.widgets.measured_row import MeasuredRow
from annotator.codebook.labels import in_language, languages
from annotator.errors import AnnotatorError, BusyError
from annotator.records import ParagraphRecord, StatementRecord
from annotator.reports.adjudication import gold_lines, gold_of_coder
from annotator.reports.disagreements import (
    STATE,
    STATEMENT,
    Comparison,
    Difference,
    Disagreement,
    DisagreementFilter,
    DisagreementView,
    Search,
)
from annotator.reports.disagreements import Disagreements as Found_
from annotator.reports.garbage_pause import keep_records, release_records
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph, adjudicated, gold_of, is_adjudicated
from annotator.text.counted import counted
from annotator.text.search_text import holds_words
from annotator.text.terminal_text import one_line, plain

COMPARING = "Comparing the codings …"
MOST_LISTED = 1000
WIDE = 110

_FIRST, _WAIT = 50, 0.25
"""Disagreements, or seconds, after which the first are listed; each next time after twice as many seconds."""
_AT_WORK, _AT_REST = 0.006, 0.003
"""Seconds of comparing, and after them seconds in which keys have the processor to themselves."""

_KEYS = (
    ("↑ ↓", "choose"),
    ("Enter", "go there"),
    ("Esc", "back"),
    ("v", "variable"),
    ("c", "category"),
    ("o", "coder"),
    ("a", "article"),
    ("0", "all"),
    ("PgDn", "read on"),
)
_KEYS_OF_A_VERDICT = (
    ("1", "‹ stands"),
    ("2", "[ stands"),
    ("s", "decide each"),
    ("x", "no claim"),
    ("w", "why"),
    ("z", "undo"),
    ("u", "without gold"),
)


_SIGNS = frozenset("qvcoa0jk12sxwzu")
"""The characters that are keys here."""
_OPENERS = frozenset("vcoasw")
"""The keys that open a box."""


class Disagreements(CommandScreen, Screen[int | None]):
    """Where coders disagree. Gives back the id of the paragraph to go to, or None.

    It shows a coder only paragraphs in which that coder is no longer blind to the others. An adjudicator
    need not have coded them.
    """

    CSS_PATH = "disagreements.tcss"
    signs = _SIGNS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", show=False),
        Binding("v", "choose('variable')", show=False),
        Binding("c", "choose('category')", show=False),
        Binding("o", "choose('coder')", show=False),
        Binding("a", "choose('article')", show=False),
        Binding("0", "everything", show=False),
        Binding("pagedown,space", "read(1)", show=False, priority=True),
        Binding("pageup", "read(-1)", show=False, priority=True),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
        Binding("1", "take(0)", show=False),
        Binding("2", "take(1)", show=False),
        Binding("s", "decide_each", show=False),
        Binding("x", "no_claim", show=False),
        Binding("w", "why", show=False),
        Binding("z", "undo", show=False),
        Binding("u", "only_open", show=False),
    ]

    def __init__(self, store: Store, coder_name: str, *, is_adjudicator: bool = False) -> None:
        super().__init__()
        self._store = store
        self._coder = coder_name
        self._is_adjudicator = is_adjudicator
        self._adjudicated = adjudicated(store)
        self._only_open = False
        self._found: Found_ | None = None
        self._filter = DisagreementFilter()
        self._view = DisagreementView(self._filter, (), {}, [])
        self._shown: list[Disagreement] = []
        self._rows: dict[int, list[int]] = {}
        self._texts: dict[int, str] = {}
        self._has_recorded = False
        self._waiting = Waiting()

    def compose(self) -> ComposeResult:
        """Compose filters, list, both codings and keys."""
        yield Static(id="where")
        yield Static(id="most")
        with Container(id="body"):
            yield OptionList(id="list", markup=False)
            with VerticalScroll(id="detail", can_focus=False):
                yield Static(id="page")
        yield Static(id="keys")

    def on_mount(self) -> None:
        """Compare in the background: a large project takes a while."""
        self._fit()
        self.query_one("#page", Static).update(Content(COMPARING))
        self.query_one(OptionList).focus()
        self._compare()

    def on_unmount(self) -> None:
        """Give the records back."""
        release_records()

    def on_key(self, _event: events.Key) -> None:
        """Nothing is recorded by this key yet."""
        self._has_recorded = False
        self.refused = None

    def on_resize(self, _event: events.Resize) -> None:
        """Use the space there is."""
        if is_open(self):
            self._fit()
            self._show_detail()

    @work(thread=True, exclusive=True)
    def _compare(self) -> None:
        """Find the disagreements on a connection of this thread's own; hand over what there is from time to time."""
        worker = get_current_worker()
        with keep_records(), Store(self._store.path, read_only=True) as store:
            search = Search(store, self._coder, is_adjudicator=self._is_adjudicator)
            wait, is_first = _WAIT, True
            due, rest = monotonic() + wait, monotonic() + _AT_WORK
            for _ in search.steps():
                if worker.is_cancelled:
                    return
                if monotonic() < rest:
                    continue
                sleep(_AT_REST)
                if monotonic() >= due or (is_first and search.n_found >= _FIRST):
                    self._hand_over(search)
                    wait, is_first = wait * 2, False
                    due = monotonic() + wait
                rest = monotonic() + _AT_WORK
        if not worker.is_cancelled:
            self._hand_over(search)

    def _hand_over(self, search: Search) -> None:
        found = search.found()
        view = found.view(self._filter)
        self.app.call_from_thread(self._take, found, view)

    def _take(self, found: Found_, view: DisagreementView) -> None:
        """Show what was found so far; the paragraph under the cursor stays there."""
        if not is_open(self):
            return  # it was closed while this was on its way from the thread
        current = self._current()
        self._found = found
        self._view = view if view.filter == self._filter else found.view(self._filter)
        self._list(current)

    # keys

    def action_back(self) -> None:
        """Leave without going anywhere; while a change waits, give it up instead."""
        if self._waiting.is_on:
            self._waiting.forget()
            self._say("given up: the waiting keys were not written")
        else:
            self.dismiss(None)

    def action_read(self, direction: int) -> None:
        """Read on in the codings, or back."""
        self._has_recorded = False
        detail = self.query_one("#detail", VerticalScroll)
        (detail.scroll_page_down if direction > 0 else detail.scroll_page_up)(animate=False)

    def action_move(self, direction: int) -> None:
        """The next paragraph of the list, or the one before."""
        options = self.query_one(OptionList)
        (options.action_cursor_down if direction > 0 else options.action_cursor_up)()

    def action_everything(self) -> None:
        """Take every filter away."""
        self._choose(DisagreementFilter())

    @work
    async def action_choose(self, what: str) -> None:
        """Show only disagreements about one variable or category, of one coder, in one article."""
        names = self._choices(what)
        everything = "every one"

        def find(text: str) -> list[Found]:
            matching = [Found(value, shown) for value, shown in names if holds_words(shown, text)]
            return [Found("", everything), *matching] if holds_words(everything, text) else matching

        chosen = await self.app.push_screen_wait(
            Prompt(f"only disagreements on this {what}", find, "", "type a few letters · Enter takes it · Esc leaves")
        )
        if chosen is not None:
            self._choose(replace(self._filter, **{what: chosen or None}))

    def _choose(self, wanted: DisagreementFilter) -> None:
        self._filter = wanted
        if self._found is not None:
            self._view = self._found.view(wanted)
            self._list()

    @property
    def is_ready(self) -> bool:
        """Whether keys can be taken: the first disagreements are shown, and nothing waits to be written."""
        return self._found is not None and not self._waiting.is_on

    @property
    def can_be_given_up(self) -> bool:
        """Whether Esc drops what waits: it also leaves while the codings are compared."""
        return True

    @property
    def n_waiting(self) -> int:
        """The number of changes that wait to be written."""
        return len(self._waiting)

    def is_text(self, pressed: Sequence[str], n_lines: int) -> bool:  # noqa: ARG002
        """Whether keys that arrived together are text: one of them is not a key here."""
        return is_unknown(pressed, _SIGNS, _OPENERS)

    def take_back(self, n: int) -> None:  # noqa: ARG002
        """Undo the decision that the last key recorded."""
        if self._has_recorded:
            self.action_undo()

    def say_not_taken(self, n: int, refusal: str | None = None) -> None:
        """Say that keys were not taken: they are text, or come after a key that was refused."""
        self._say(not_taken(n, refusal, "w opens one"))

    # settling

    def action_take(self, side: int) -> None:
        """Let one coder's work on the paragraph stand as it is."""
        one = self._current()
        if one is not None:
            self._adjudicate_if_sure(one, gold_of_coder(one.place, (one.a, one.b)[side]))

    def action_no_claim(self) -> None:
        """Let none of the statements stand."""
        one = self._current()
        if one is not None:
            self._adjudicate_if_sure(one, GoldParagraph("no claim"))

    @work
    async def action_decide_each(self) -> None:
        """Adjudicate the paragraph, one difference at a time."""
        one = self._current()
        gold = await ask_each(self.app, one, self._store.codebooks.current()) if one is not None else None
        if one is not None and gold is not None:
            self._adjudicate(one, gold)

    @work
    async def action_why(self) -> None:
        """Edit the reason of a gold paragraph."""
        one = self._current()
        gold = gold_of(self._store, one.paragraph) if one is not None else None
        if one is None or gold is None:
            self._say("only a gold paragraph has a reason: 1, 2, s or x make it gold")
            return
        reason = await self.app.push_screen_wait(
            Prompt(WHY, None, gold.reason or "", "Enter keeps it, Esc leaves it as it is")
        )
        if reason is not None:
            self._record(lambda by: by.give_reason(one.paragraph, reason), one.paragraph)

    def action_undo(self) -> None:
        """Undo the last decision."""
        self._record(lambda by: by.undo())

    def action_only_open(self) -> None:
        """Show only paragraphs without gold, or all again."""
        self._only_open = not self._only_open
        self._list()

    def _current(self) -> Disagreement | None:
        at = self.query_one(OptionList).highlighted
        return None if at is None or at >= len(self._shown) else self._shown[at]

    @work
    async def _adjudicate_if_sure(self, one: Disagreement, gold: GoldParagraph) -> None:
        """Record an adjudicator's decision at once. Ask a coder first, because these keys also code."""
        if self._is_adjudicator or await gold_is_meant(self.app):
            self._adjudicate(one, gold)

    def _adjudicate(self, one: Disagreement, gold: GoldParagraph) -> None:
        self._record(lambda by: by.adjudicate(one.paragraph, gold), one.paragraph, self._mark_next)

    def _mark_next(self) -> None:
        if not self._only_open:
            options = self.query_one(OptionList)
            options.highlighted = min((options.highlighted or 0) + 1, len(self._shown) - 1)

    def _record(
        self,
        deed: Callable[[Adjudication], object],
        paragraph: int | None = None,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        """Record a change, then show the state of the project file: of the paragraph, or of all.

        If another program is writing, the change waits; so do all keys after it.
        """
        try:
            with patient(self._store.connection):
                deed(Adjudication(self._store, self._coder))
        except BusyError:
            self._waiting.put_back(lambda: self._record(deed, paragraph, after))
            self.set_timer(PAUSE, self._go_on)
            app = cast("KeyedApp", self.app)
            self._say(self._waiting.sentence(len(app.keys), is_leaving=app.is_leaving))
            return
        except AnnotatorError as error:
            self._say(str(error))
            return
        self._has_recorded = True
        if paragraph is None:
            before, self._adjudicated = self._adjudicated, adjudicated(self._store)
            self._show_adjudicated(before ^ self._adjudicated)
        else:
            (self._adjudicated.add if is_adjudicated(self._store, paragraph) else self._adjudicated.discard)(paragraph)
            self._show_adjudicated({paragraph})
        after()

    def _go_on(self) -> None:
        """Try the waiting change again."""
        if self._waiting.is_on:
            self._waiting.go_on()

    def _show_adjudicated(self, changed: set[int]) -> None:
        """Show which paragraphs have gold now, where that changed."""
        options = self.query_one(OptionList)
        rows = sorted(row for paragraph in changed for row in self._rows.get(paragraph, ()))
        if self._only_open and not (rows and changed <= self._adjudicated and len(self._shown) > MOST_LISTED // 2):
            self._list(at=options.highlighted or 0)
            return
        for row in reversed(rows):
            if self._only_open:
                del self._shown[row]
                options.remove_option_at_index(row)
            else:
                options.replace_option_prompt_at_index(row, self._line(self._shown[row]))
        self._number_rows()
        self._show_head()
        self._show_detail()

    def _say(self, sentence: str) -> None:
        self.refused = sentence
        most = self.query_one("#most", Static)
        most.add_class("sentence")
        most.update(Content.styled(f" ✗ {one_line(sentence)}", "$ink-warning"))

    def on_option_list_option_highlighted(self, _event: OptionList.OptionHighlighted) -> None:
        """Show the codings of the paragraph under the cursor."""
        self._show_detail()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to the paragraph."""
        if not self._is_adjudicator and event.option_index < len(self._shown):
            self.dismiss(self._shown[event.option_index].paragraph)

    # showing

    def _fit(self) -> None:
        self.set_class(self.app.size.width >= WIDE, "wide")
        self.query_one("#keys", Static).update(self._keys())

    def _choices(self, what: str) -> list[tuple[str, str]]:
        """Values and names that a filter can take, in the order of how much they cost."""
        items = self._found.items if self._found is not None else ()
        if what == "coder":
            return _ranked((name, name, 1.0) for one in items for name in (one.a.coder, one.b.coder))
        if what == "article":
            return _ranked((one.place.article_name, one.place.article_name, one.cost) for one in items)
        every = [d for one in items for d in one.differences]
        if what == "variable":
            return _ranked((d.variable, _title(d), d.cost) for d in every)
        meant = [d for d in every if self._filter.variable in (None, d.variable)]
        return _ranked((value, value, d.cost) for d in meant for value in sorted(d.values))

    def _list(self, current: Disagreement | None = None, at: int = 0) -> None:
        """Fill the list anew and mark one of its lines: this disagreement, which is listed in any case, or a row."""
        if self._found is None:
            return
        self._shown = list(islice(self._listed(), MOST_LISTED))
        if current is not None:
            at = next((row for row, one in enumerate(self._shown) if one is current), len(self._shown))
            self._shown[at : at + 1] = [current]
        self._number_rows()
        options = self.query_one(OptionList)
        with self.prevent(OptionList.OptionHighlighted):
            options.clear_options()
            options.add_options([Option(self._line(one)) for one in self._shown])
            if self._shown:
                options.highlighted = min(at, len(self._shown) - 1)
        self._show_head()
        if current is None:
            self._show_detail()

    def _number_rows(self) -> None:
        self._rows = {}
        for row, one in enumerate(self._shown):
            self._rows.setdefault(one.paragraph, []).append(row)

    def _listed(self) -> Iterator[Disagreement]:
        """What the list holds, the worst first."""
        for one in self._view.chosen:
            if not (self._only_open and one.paragraph in self._adjudicated):
                yield one

    def _show_head(self) -> None:
        """How many there are, and what differs most often."""
        self.query_one("#where", Static).update(self._where())
        most = [f"{one_line(what)} {n}" for what, n in self._view.confusions[:8]]
        self.query_one("#most", Static).remove_class("sentence").update(
            Content(f" most often: {' · '.join(most)}" if most else "")
        )

    def _line(self, one: Disagreement) -> MeasuredRow:
        """A paragraph in the list: how much, where, what."""
        meant = [d for d in one.differences if self._filter.means(d)]
        alone = sum(d.variable == STATEMENT for d in meant)
        titles = dict.fromkeys(d.title for d in meant if d.variable != STATEMENT)
        what = ", ".join([*([f"{alone} alone"] if alone else []), *titles])
        where = f"¶{one.place.position + 1} {one_line(one.place.article_name)[:14]}"
        who = f" {one.a.coder}/{one.b.coder}" if self._found is not None and len(self._found.pairs) > 1 else ""
        return MeasuredRow(
            Content.assemble(
                ("✓" if one.paragraph in self._adjudicated else " ", "bold $ink-success"),
                (f"{self._filter.cost(one):4.1f} ", "bold"),
                (f"{where}{one_line(who)} ", ""),
                (one_line(what), "$text-muted"),
            )
        )

    def _where(self) -> Content:
        found = self._found
        assert found is not None  # noqa: S101 (the list is only filled with something found)
        gold = self._view.paragraphs.keys() & self._adjudicated
        n_gold = len(gold)
        n = len(self._view.chosen) - sum(self._view.paragraphs[one] for one in gold if self._only_open)
        narrowed = ", ".join(
            f"{name} {value}"
            for name in ("variable", "category", "coder", "article")
            if (value := getattr(self._filter, name)) is not None
        )
        parts = [f"{counted(n, 'disagreement')} in {counted(found.n_compared, 'comparison')}"]
        if found.share < 1:
            parts.append(f"{found.share:.0%} compared")
        if n > MOST_LISTED:
            parts.append(f"the {MOST_LISTED} worst")
        if n_gold or self._only_open:
            parts.append(f"{n_gold} gold{', not shown' * self._only_open}")
        if found.n_not_done and not self._is_adjudicator:
            parts.append(f"{found.n_not_done} hidden until you are done with them")
        if found.n_blind:
            parts.append(f"{found.n_blind} hidden while your phase is open")
        said = " · ".join(parts)
        return Content.assemble(
            (f" {said}", "bold"), (f"  only {one_line(narrowed)}" if narrowed else "", "$ink-warning")
        )

    def _keys(self) -> Content:
        """The keys, in as many lines as the window needs."""
        lines: list[list[tuple[str, str]]] = []
        for keys in (_KEYS, _KEYS_OF_A_VERDICT):
            room = 0
            for key, what in keys:
                if self._is_adjudicator and key == "Enter":
                    continue  # an adjudicator who does not code here has no paragraph to go to
                if len(key) + len(what) + 3 > room:
                    lines.append([])
                    room = self.app.size.width
                lines[-1] += [(f" {key}", "bold $ink-primary"), (f" {what} ", "$text-muted")]
                room -= len(key) + len(what) + 3
        return Content("\n").join([Content.assemble(*line) for line in lines])

    def _show_detail(self) -> None:
        if self._found is None or not is_open(self):
            return
        page, at = self.query_one("#page", Static), self.query_one(OptionList).highlighted
        if at is None or at >= len(self._shown):
            page.update(Content(self._nothing()))
            return
        self.query_one("#detail", VerticalScroll).scroll_home(animate=False)
        page.update(self._page(self._shown[at]))

    def _nothing(self) -> str:
        found = self._found
        if found is not None and found.items:
            return "No disagreement matches these filters; 0 clears them."
        if found is not None and found.share < 1:
            return COMPARING
        if found is None or not found.n_compared:
            return (
                "There is nothing to compare yet: a paragraph appears here when you and another coder are done with it."
            )
        return "No disagreement: all coders agree."

    def _page(self, one: Disagreement) -> Content:
        width = max(30, self.query_one("#detail").size.width - 4)
        a, b = one_line(one.a.coder), one_line(one.b.coder)
        parts: list[Content] = [
            Content.assemble(
                (f"{one_line(one.place.article_name)} ¶{one.place.position + 1}", "bold $ink-accent"),
                (f"  {one.place.corrected_role}\n", "$text-muted"),
            ),
            Content.assemble("evidence: ", (f"‹{a}›", "underline $ink-primary"), "  ", (f"[{b}]", "reverse"), "\n\n"),
            self._text(one),
            Content("\n"),
            self._gold(one),
        ]
        for comparison in one.comparisons:
            parts += self._comparison(one, comparison, width)
        for review in (one.a, one.b):
            if review.note:
                parts.append(Content.assemble((f"\n{one_line(review.coder)} noted: ", "bold"), plain(review.note)))
        parts += self._definitions(one)
        return Content("").join(parts)

    def _gold(self, one: Disagreement) -> Content:
        """The gold decision of the paragraph, its adjudicator and reason."""
        gold = gold_of(self._store, one.paragraph)
        if gold is None:
            return Content("")
        parts: list[tuple[str, str]] = [(f"\n✓ gold by {one_line(gold.decided_by)}: ", "bold $ink-success")]
        parts.append((f"{gold.state}{f', {one_line(gold.reason)}' if gold.reason else ''}\n", ""))
        parts += [(f"  {one_line(line)}\n", "") for line in gold_lines(gold)]
        return Content.assemble(*parts)

    def _definitions(self, one: Disagreement) -> list[Content]:
        """The codebook's rules for the categories in question."""
        codebook = in_language(self._store.codebooks.current(), languages())
        said: dict[tuple[str, str], str] = {}
        for difference in one.differences:
            variable = codebook.variable(difference.variable)
            for name in sorted(difference.values) if variable is not None and self._filter.means(difference) else ():
                category = variable.category(name) if variable is not None else None
                if category is not None and category.definition:
                    label = f" “{category.title}”" if category.title != name else ""
                    said[difference.title, f"{name}{label}"] = category.definition
        if not said:
            return []
        parts = [Content.styled("\nThe codebook says\n", "bold $ink-accent")]
        for (title, name), definition in said.items():
            parts.append(
                Content.assemble(
                    (f"{one_line(title)} {one_line(name)}: ", "bold"), (f"{plain(definition)}\n", "$text-muted")
                )
            )
        return parts

    def _text(self, one: Disagreement) -> Content:
        """The paragraph with both coders' evidence, marked by style and brackets."""
        article = one.place.article
        if article not in self._texts:
            self._texts[article] = self._store.articles.text(article)
        text = self._texts[article][one.place.start : one.place.end]
        marks: list[tuple[int, int, str]] = []
        styles: list[tuple[int, int, str]] = []
        for review, (opening, closing), style in (
            (one.a, "‹›", "underline $ink-primary"),
            (one.b, "[]", "reverse"),
        ):
            for statement in one.place.statements_of(review.coder):
                start, end = _inside(one.place, statement)
                if start < end:
                    marks += [(start, 1, opening), (end, 0, closing)]
                    styles.append((start, end, style))
        cuts = sorted({0, len(text), *(at for at, _, _ in marks)})
        parts: list[Content] = []
        for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
            for _, _, sign in sorted((m for m in marks if m[0] == start), key=lambda mark: mark[1]):
                parts.append(Content.styled(sign, "bold"))
            piece = Content(plain(text[start:end]))
            for low, high, style in styles:
                if low <= start and end <= high:
                    piece = piece.stylize(style)
            parts.append(piece)
        return Content("").join(parts)

    def _comparison(self, one: Disagreement, comparison: Comparison, width: int) -> list[Content]:
        """Titles at the side, both coders' values beside each other; ≠ before what differs."""
        if not comparison.differences and not comparison.same:
            return []
        column = max(8, (width - 18) // 2)
        is_paragraph = comparison.a is None and comparison.b is None
        has_a, has_b = (is_paragraph or side is not None for side in (comparison.a, comparison.b))
        title = "paragraph" if is_paragraph else "statement" if has_a and has_b else "one has alone"
        lines = [
            Content("\n"),
            _row(" ", (title, f"‹{one_line(one.a.coder)}›", f"[{one_line(one.b.coder)}]"), column, "bold"),
        ]
        lines += [
            _row("≠", (d.title, one_line(d.a), one_line(d.b)), column, "bold $ink-warning")
            for d in comparison.differences
        ]
        lines += [
            _row(
                " ", (title, one_line(value) if has_a else "", one_line(value) if has_b else ""), column, "$text-muted"
            )
            for title, value in comparison.same
        ]
        for statement, coder in ((comparison.a, one.a.coder), (comparison.b, one.b.coder)):
            if statement is not None and statement.note:
                lines.append(
                    Content.assemble((f"  {one_line(coder)} noted: ", "bold"), (f"{plain(statement.note)}\n", ""))
                )
        return lines


def _row(sign: str, cells: tuple[str, str, str], column: int, style: str) -> Content:
    """Title and two values; what does not fit goes on below."""
    wrapped = [_wrapped(cells[0], 14), _wrapped(cells[1], column), _wrapped(cells[2], column)]
    lines = []
    for i in range(max(map(len, wrapped))):
        title, a, b = (part[i] if i < len(part) else "" for part in wrapped)
        lines.append(f"{sign if i == 0 else ' '} {_pad(title, 14)} {_pad(a, column)} {b}\n")
    return Content.styled("".join(lines), style) if style else Content("".join(lines))


def _wrapped(text: str, width: int) -> list[str]:
    from textwrap import wrap

    return wrap(text, width, break_long_words=True) or [""]


def _pad(text: str, width: int) -> str:
    """Text with blanks up to a width in cells, wide characters counted as two."""
    return text + " " * max(0, width - Content(text).cell_length)


def _inside(place: ParagraphRecord, statement: StatementRecord) -> tuple[int, int]:
    """A statement's evidence within the paragraph; none for the whole paragraph, which needs no mark."""
    if statement.evidence_start is None or statement.evidence_end is None:
        return 0, 0
    start, end = max(statement.evidence_start, place.start), min(statement.evidence_end, place.end)
    return start - place.start, end - place.start


def _title(difference: Difference) -> str:
    return {STATEMENT: "statements that one has alone", STATE: "state of the paragraph"}.get(
        difference.variable, difference.title
    )


def _ranked(costs: Iterable[tuple[str, str, float]]) -> list[tuple[str, str]]:
    """Values with their names, the costliest first."""
    total: dict[tuple[str, str], float] = {}
    for value, name, cost in costs:
        total[value, name] = total.get((value, name), 0.0) + cost
    return sorted(total, key=lambda one: (-total[one], one))

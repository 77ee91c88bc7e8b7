"""The disagreement browser: the worst paragraphs first, all codings side by side, and the gold layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
from annotator.app.dialogs.adjudicate import (
    WHY,
    Bench,
    ask_each,
    change_gold,
    gold_is_meant,
    new_statement,
    replacement_is_meant,
)
from annotator.app.dialogs.prompt import TAKES_LINE, Found, Prompt
from annotator.app.dialogs.rule import NewRule, ask_concerned, ask_rule, is_meant
from annotator.app.key_queue import Waiting, patient
from annotator.app.keyed_app import KeyedApp
from annotator.app.widgets.case_list import MOST_LISTED, Counts, case_row, choices, head, keys_line
from annotator.app.widgets.codings_page import CodingsPage
from annotator.app.widgets.measured_row import MeasuredRow
from annotator.codebook.labels import in_language, languages
from annotator.errors import AnnotatorError, BusyError
from annotator.reports.differences.adjudication import gold_of_coder, majority
from annotator.reports.differences.disagreements import (
    Case,
    DisagreementFilter,
    DisagreementView,
    Search,
)
from annotator.reports.differences.disagreements import Disagreements as Found_
from annotator.reports.differences.same_statements import joint_evidence
from annotator.reports.differences.side_by_side import SideBySide, side_by_side
from annotator.reports.garbage_pause import keep_records, release_records
from annotator.store import Store
from annotator.store.changes.adjudication import (
    Adjudication,
    GoldParagraph,
    adjudicated,
    gold_of,
    is_adjudicated,
    judges,
    refuse_others,
)
from annotator.store.changes.codebook_changes import CodebookChanges
from annotator.store.changes.recode import Concerned, Queued, Recoding
from annotator.text.counted import counted
from annotator.text.search_text import holds_words
from annotator.text.terminal_text import one_line

COMPARING = "Comparing the codings …"
WIDE = 110
LOW = 22
"""In windows of fewer lines the list gives way to the codings."""

_FIRST, _WAIT = 50, 0.25
"""Disagreements, or seconds, after which the first are listed; each next time after twice as many seconds."""
_AT_WORK, _AT_REST = 0.006, 0.003
"""Seconds of comparing, and after them seconds in which keys have the processor to themselves."""

_SIGNS = frozenset("qvcoa0jk123456789msxe+wzulR")
"""The characters that are keys here."""
_OPENERS = frozenset("vcoasew+R")
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
        *(Binding(str(digit), f"take({digit})", show=False) for digit in range(1, 10)),
        Binding("m", "majority", show=False),
        Binding("e", "change_gold", show=False),
        Binding("plus", "add_statement", show=False),
        Binding("l", "alike", show=False),
        Binding("R", "rule", show=False),
        Binding("s", "decide_each", show=False),
        Binding("x", "no_claim", show=False),
        Binding("w", "why", show=False),
        Binding("z", "undo", show=False),
        Binding("u", "only_open", show=False),
    ]

    def __init__(
        self, store: Store, coder_name: str, *, is_adjudicator: bool = False, phases: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self._phases = phases
        self._store = store
        self._coder = coder_name
        self._is_adjudicator = is_adjudicator
        self._adjudicated = adjudicated(store)
        named = judges(store)
        self._is_judge = not named or coder_name in named
        self._only_open = False
        self._found: Found_ | None = None
        self._filter = DisagreementFilter()
        self._with_alike = False
        self._view = DisagreementView(self._filter, (), [])
        self._shown: list[Case] = []
        self._rows: dict[int, list[int]] = {}
        self._texts: dict[int, str] = {}
        self._has_recorded = False
        self._told = ""
        self._waiting = Waiting()

    def compose(self) -> ComposeResult:
        """Compose filters, list, all codings and keys."""
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
            search = Search(store, self._coder, is_adjudicator=self._is_adjudicator, phases=self._phases)
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
        view = found.view(self._filter, with_alike=self._with_alike)
        self.app.call_from_thread(self._take, found, view)

    def _take(self, found: Found_, view: DisagreementView) -> None:
        """Show what was found so far; the paragraph under the cursor stays there."""
        if not is_open(self):
            return  # it was closed while this was on its way from the thread
        current = self._current()
        self._found = found
        is_wanted = (view.filter, view.with_alike) == (self._filter, self._with_alike)
        self._view = view if is_wanted else found.view(self._filter, with_alike=self._with_alike)
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
        names = choices(self._found.items, self._filter, what) if self._found is not None else []
        everything = "every one"

        def find(text: str) -> list[Found]:
            matching = [Found(value, shown) for value, shown in names if holds_words(shown, text)]
            return [Found("", everything), *matching] if holds_words(everything, text) else matching

        chosen = await self.app.push_screen_wait(
            Prompt(f"only disagreements on this {what}", find, "", f"type a few letters · {TAKES_LINE}")
        )
        if chosen is not None:
            self._choose(replace(self._filter, **{what: chosen or None}))

    def _choose(self, wanted: DisagreementFilter) -> None:
        self._filter = wanted
        if self._found is not None:
            self._view = self._found.view(wanted, with_alike=self._with_alike)
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

    def tell(self, sentence: str) -> None:
        """Say why keys were not taken."""
        self._say(sentence)

    def take_back(self, n: int) -> None:  # noqa: ARG002
        """Undo the decision that the last key recorded."""
        if self._has_recorded:
            self.action_undo()

    def say_not_taken(self, n: int, refusal: str | None = None) -> None:
        """Say that keys were not taken: they are text, or come after a key that was refused."""
        self._say(not_taken(n, refusal, "w opens one"))

    # settling

    def action_take(self, digit: int) -> None:
        """Make one coder's work on the paragraph gold as it is."""
        case = self._to_judge()
        if case is None:
            return
        reviews = list(case.place.done.values())
        if digit > len(reviews):
            self._say(f"done with this paragraph: {counted(len(reviews), 'coder')}; there is none under {digit}")
            return
        self._adjudicate_if_sure(case, gold_of_coder(case.place, reviews[digit - 1]))

    def action_majority(self) -> None:
        """Make gold of what more than half of the coders say, unless they are divided on something."""
        case = self._to_judge()
        if case is None:
            return
        found = majority(self._side(case), self._store.codebooks.current())
        if found.ties:
            what = ", ".join(dict.fromkeys(one_line(question.row.title) for question in found.ties))
            self._say(f"no answer has more than half of the coders: {what}; s decides each")
            return
        self._adjudicate_if_sure(case, found.gold)

    def action_no_claim(self) -> None:
        """Let none of the statements stand."""
        case = self._to_judge()
        if case is not None:
            self._adjudicate_if_sure(case, GoldParagraph("no claim"))

    @work
    async def action_decide_each(self) -> None:
        """Adjudicate the paragraph, one difference at a time."""
        case = self._to_judge()
        if case is not None:
            gold = await ask_each(self._bench(case), self._side(case))
            if gold is not None:
                self._adjudicate(case, gold)

    @work
    async def action_change_gold(self) -> None:
        """Change one thing of the paragraph's gold: any value, the evidence, or take a statement away."""
        case, gold = self._with_gold("e changes it then")
        if case is not None and gold is not None:
            changed = await change_gold(self._bench(case), gold)
            if changed is not None:
                self._adjudicate(case, changed, moves=False)

    @work
    async def action_add_statement(self) -> None:
        """Add a statement to the gold that no coder has."""
        case, gold = self._with_gold("+ adds a statement to it then")
        if case is not None and gold is not None:
            added = await new_statement(self._bench(case))
            if added is not None:
                gold = gold._replace(state="coded", statements=(*gold.statements, added))
                self._adjudicate(case, gold, moves=False)

    def action_alike(self) -> None:
        """List the paragraphs that were coded alike too, or leave them out again."""
        if not self._is_adjudicator:
            self._say("only `annotator adjudicate` lists paragraphs that were coded alike")
            return
        self._with_alike = not self._with_alike
        self._choose(self._filter)

    def _with_gold(self, then: str) -> tuple[Case | None, GoldParagraph | None]:
        """The paragraph under the cursor with its gold; without gold, say how it gets it."""
        case = self._to_judge()
        gold = gold_of(self._store, case.paragraph) if case is not None else None
        if case is not None and gold is None:
            self._say(f"this paragraph has no gold yet: a digit, m, s or x make it gold; {then}")
        return case, gold

    def _to_judge(self) -> Case | None:
        """The paragraph under the cursor; None, with the reason on the screen, for somebody who may not adjudicate."""
        try:
            refuse_others(self._store, self._coder)
        except AnnotatorError as error:
            self._say(str(error))
            return None
        return self._current()

    def _side(self, case: Case) -> SideBySide:
        names = self._found.merged_names if self._found is not None else {}
        return side_by_side(case.place, self._store.codebooks.current(), names)

    def _bench(self, case: Case) -> Bench:
        """What the dialogs about a paragraph need."""
        registry = self._store.registry

        def names() -> list[str]:
            return [entry.name for entry in registry.all() if not entry.retired and entry.merged_into is None]

        return Bench(self.app, self._store.codebooks.current(), names, self._text(case), case.place.start)

    @work
    async def action_why(self) -> None:
        """Edit the reason of a gold paragraph."""
        one, gold = self._with_gold("w gives the reason then")
        if one is None or gold is None:
            return
        reason = await self.app.push_screen_wait(
            Prompt(WHY, None, gold.reason or "", "Enter keeps it · Esc leaves it as it is")
        )
        if reason is not None:
            self._record(lambda: self._judge().give_reason(one.paragraph, reason), one.paragraph)

    @work
    async def action_rule(self) -> None:
        """Add a rule or an example from this case to the codebook, and let what it concerns be coded again, blind."""
        case = self._current()
        if case is None:
            return
        try:
            self._store.codebooks.refuse_locked()
            side, bench = self._side(case), self._bench(case)
            rule = await ask_rule(self.app, bench.codebook, _held(side), _example(bench, side))
            if rule is None:
                return
            wanted: Concerned | None = Concerned()
            if self._is_judge:
                wanted = await ask_concerned(self.app, bench.codebook, rule, side, bench.names())
            if wanted is None:
                return
            comes_back = wanted != Concerned(coders=wanted.coders)
            found = Recoding(self._store).find(wanted) if comes_back else []
            if comes_back and not any(one.concerned for one in found):
                self._say("no finished paragraph is concerned, so nothing comes back; the rule was not added")
                return
            if comes_back and not await is_meant(self.app, found):
                return
        except AnnotatorError as error:
            self._say(str(error))
            return
        self._record(lambda: self._add_rule(rule, found, wanted))

    def _add_rule(self, rule: NewRule, found: Sequence[Queued], wanted: Concerned) -> None:
        """Write the rule and let paragraphs come back, both or none."""
        with self._store.connection.write():
            coder = self._store.coder(self._coder).id
            version = CodebookChanges(self._store).add_rule(coder, *rule)
            if found:
                Recoding(self._store).queue(found, f"{wanted.in_words} ({version})")
        n = sum(len(one.concerned) for one in found)
        back = f"; coming back: {counted(n, 'paragraph')}; `annotator assign report` says what changed" if n else ""
        self._told = f"the codebook is {self._store.codebooks.current().name} {version} now{back}"

    def action_undo(self) -> None:
        """Undo the last decision."""
        self._record(lambda: self._judge().undo())

    def _judge(self) -> Adjudication:
        return Adjudication(self._store, self._coder)

    def action_only_open(self) -> None:
        """Show only paragraphs without gold, or all again."""
        self._only_open = not self._only_open
        self._list()

    def _current(self) -> Case | None:
        at = self.query_one(OptionList).highlighted
        return None if at is None or at >= len(self._shown) else self._shown[at]

    @work
    async def _adjudicate_if_sure(self, case: Case, gold: GoldParagraph) -> None:
        """Record an adjudicator's decision at once. Ask a coder first, because these keys also code.

        Anybody is asked before other gold is replaced.
        """
        held = gold_of(self._store, case.paragraph)
        if held is not None and not held.says_the_same(gold):
            is_sure = await replacement_is_meant(self.app, held.decided_by)
        else:
            is_sure = self._is_adjudicator or await gold_is_meant(self.app)
        if is_sure:
            self._adjudicate(case, gold)

    def _adjudicate(self, case: Case, gold: GoldParagraph, *, moves: bool = True) -> None:
        gold = gold._replace(decided_by="", decided_at="")
        after = self._mark_next if moves else lambda: None
        self._record(lambda: self._judge().adjudicate(case.paragraph, gold), case.paragraph, after)

    def _mark_next(self) -> None:
        if not self._only_open:
            options = self.query_one(OptionList)
            options.highlighted = min((options.highlighted or 0) + 1, len(self._shown) - 1)

    def _record(
        self,
        deed: Callable[[], object],
        paragraph: int | None = None,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        """Record a change, then show the state of the project file: of the paragraph, or of all.

        If another program is writing, the change waits; so do all keys after it.
        """
        try:
            with patient(self._store.connection):
                deed()
        except BusyError:
            self._waiting.put_back(lambda: self._record(deed, paragraph, after))
            self._waiting.try_again(self.set_timer, self._go_on)
            app = cast("KeyedApp", self.app)
            self._say(self._waiting.sentence(len(app.keys), is_leaving=app.is_leaving))
            return
        except AnnotatorError as error:
            self._say(str(error))
            return
        self._has_recorded = True
        self._show_recorded(paragraph)
        after()
        if self._told:
            self._say_done(self._told)
            self._told = ""

    def _show_recorded(self, paragraph: int | None) -> None:
        """Show which paragraphs have gold now: this one, or all."""
        if paragraph is None:
            before, self._adjudicated = self._adjudicated, adjudicated(self._store)
            self._show_adjudicated(before ^ self._adjudicated)
        else:
            (self._adjudicated.add if is_adjudicated(self._store, paragraph) else self._adjudicated.discard)(paragraph)
            self._show_adjudicated({paragraph})

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
        most.update(Content.styled(f"✗ {one_line(sentence)}", "$ink-warning"))

    def _say_done(self, sentence: str) -> None:
        most = self.query_one("#most", Static)
        most.add_class("sentence")
        most.update(Content.styled(f"✓ {one_line(sentence)}", "$ink-success"))

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
        self.set_class(self.app.size.height < LOW, "low")
        self.show_keys()

    def show_keys(self) -> None:
        """The keys that act now; while a box is open, which names its own, as many empty lines."""
        only = None
        if self._found is not None and not self._shown:
            only = {
                "Esc",
                *("0" if self._filter != DisagreementFilter() else ""),
                *("u" if self._only_open else ""),
                *("l" if self._is_adjudicator else ""),
            }
        keys = keys_line(self.app.size.width, is_judge=self._is_judge, is_adjudicator=self._is_adjudicator, only=only)
        self.query_one("#keys", Static).update(Content("\n" * keys.plain.count("\n")) if self.is_covered else keys)

    def _list(self, current: Case | None = None, at: int = 0) -> None:
        """Fill the list anew and mark one of its lines: this paragraph, which is listed in any case, or a row."""
        if self._found is None:
            return
        self._shown = list(islice(self._listed(), MOST_LISTED))
        if current is not None:
            same = (row for row, one in enumerate(self._shown) if one.paragraph == current.paragraph)
            at = next(same, len(self._shown))
            self._shown[at : at + 1] = [self._shown[at] if at < len(self._shown) else current]
        self._number_rows()
        options = self.query_one(OptionList)
        with self.prevent(OptionList.OptionHighlighted):
            options.clear_options()
            options.add_options([Option(self._line(one)) for one in self._shown])
            if self._shown:
                options.highlighted = min(at, len(self._shown) - 1)
        self._show_head()
        if current is None or self._shown[at] is not current:
            self._show_detail(keep_place=current is not None)

    def _number_rows(self) -> None:
        self._rows = {}
        for row, one in enumerate(self._shown):
            self._rows.setdefault(one.paragraph, []).append(row)

    def _listed(self) -> Iterator[Case]:
        """What the list holds, the worst first."""
        for one in self._view.cases:
            if not (self._only_open and one.paragraph in self._adjudicated):
                yield one

    def _show_head(self) -> None:
        """How many there are, and what differs most often."""
        self.query_one("#where", Static).update(self._where())
        self.show_keys()
        most = [f"{one_line(what)} {n}" for what, n in self._view.confusions[:8]]
        self.query_one("#most", Static).remove_class("sentence").update(
            Content(f"most often: {' · '.join(most)}" if most else "")
        )

    def _line(self, case: Case) -> MeasuredRow:
        """A paragraph in the list."""
        return case_row(case, self._filter, is_gold=case.paragraph in self._adjudicated)

    def _where(self) -> Content:
        found = self._found
        assert found is not None  # noqa: S101 (the list is only filled with something found)
        n_gold = sum(case.paragraph in self._adjudicated for case in self._view.cases)
        counts = Counts(
            sum(bool(case.items) for case in self._listed()),
            n_gold,
            len(self._view.cases) > MOST_LISTED,
            self._only_open,
        )
        return head(found, self._view, counts, is_adjudicator=self._is_adjudicator)

    def _show_detail(self, *, keep_place: bool = False) -> None:
        if self._found is None or not is_open(self):
            return
        page, at = self.query_one("#page", Static), self.query_one(OptionList).highlighted
        if at is None or at >= len(self._shown):
            page.update(Content(self._nothing()))
            return
        if not keep_place:
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

    def _page(self, case: Case) -> Content:
        width = max(30, self.query_one("#detail").size.width - 4)
        gold = gold_of(self._store, case.paragraph)
        codebook = in_language(self._store.codebooks.current(), languages())
        return CodingsPage(self._side(case), self._text(case), gold, codebook, width).content()

    def _text(self, case: Case) -> str:
        """The text of a paragraph."""
        article = case.place.article
        if article not in self._texts:
            self._texts[article] = self._store.articles.text(article)
        return self._texts[article][case.place.start : case.place.end]


def _held(side: SideBySide) -> set[tuple[str, str]]:
    """Variables and categories in which the coders differ."""
    rows = [row for unit in side.units for row in unit.differing]
    return {
        (row.name, str(name))
        for row in rows
        for answer in row.answers
        for name in (answer.value if isinstance(answer.value, list) else [answer.value])
    }


def _example(bench: Bench, side: SideBySide) -> str:
    """The words that an example from a paragraph begins with: the evidence of the first statement, or its text."""
    span = joint_evidence(side.statements[0].statements) if side.statements else None
    start, end = (span[0] - bench.start, span[1] - bench.start) if span else (0, len(bench.text))
    return " ".join(bench.text[start:end].split())

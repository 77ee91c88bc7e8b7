"""What a coder looks up: the codebook's definitions, and every key."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from annotator.codebook import Category, Codebook, Variable
from annotator.plain import plain
from annotator.session.keys import commands


class Help(ModalScreen[None]):
    """Shows the definitions of a codebook, or of one variable, and the keys."""

    CSS_PATH = "help.tcss"

    def __init__(self, codebook: Codebook, variable: Variable | None = None, chosen: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._codebook = codebook
        self._variable = variable
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """One long page to scroll."""
        with VerticalScroll(id="help"):
            yield Static(self._page(), id="page")

    def on_mount(self) -> None:
        """Arrow keys scroll the page."""
        self.query_one("#help").focus()

    def on_key(self, event: events.Key) -> None:
        """Esc, ? and q leave; j and k scroll."""
        if event.key in ("escape", "question_mark", "q", "enter"):
            event.stop()
            self.dismiss(None)
        elif event.key in ("j", "k"):
            event.stop()
            scroll = self.query_one("#help", VerticalScroll)
            (scroll.scroll_down if event.key == "j" else scroll.scroll_up)(animate=False)

    def on_click(self, event: events.Click) -> None:
        """A click beside the page leaves."""
        if event.widget is self:
            self.dismiss(None)

    def _page(self) -> Content:
        lines: list[tuple[str, str]] = [("↑ ↓ PgUp PgDn scroll · Esc goes back\n", "$text-muted")]
        if self._variable is None:
            lines += self._key_lines() + self._rule_lines()
        variables = [self._variable] if self._variable else [v for v in self._codebook.variables if v.enabled]
        for variable in variables:
            lines += _variable_lines(variable, self._chosen)
        return Content.assemble(*lines)

    def _key_lines(self) -> list[tuple[str, str]]:
        lines: list[tuple[str, str]] = [("\nKeys\n", "bold $accent")]
        for command in commands(self._codebook):
            lines += [(f"  {command.shown:<10}", "bold $primary"), (f" {command.what}\n", "")]
        return lines

    def _rule_lines(self) -> list[tuple[str, str]]:
        title = self._codebook.title or self._codebook.name
        lines = [(f"\n{plain(title)} {self._codebook.version}\n", "bold $accent")]
        if self._codebook.description:
            lines.append((f"{plain(self._codebook.description)}\n", ""))
        lines += [(f"\n  • {plain(rule)}\n", "") for rule in self._codebook.rules]
        return lines


def _variable_lines(variable: Variable, chosen: tuple[str, ...]) -> list[tuple[str, str]]:
    key = f" ({variable.key})" if variable.key else ""
    facts = [variable.level, f"of the {variable.scope}", *(["required"] if variable.required else [])]
    lines = [(f"\n{plain(variable.title)}{key}", "bold $accent"), (f"  {', '.join(facts)}\n", "$text-muted")]
    lines += [(f"{plain(text)}\n", "") for text in (variable.definition, variable.guidance) if text]
    if variable.is_numeric and (variable.minimum is not None or variable.maximum is not None):
        low = "−∞" if variable.minimum is None else f"{variable.minimum:g}"
        high = "∞" if variable.maximum is None else f"{variable.maximum:g}"
        lines.append((f"from {low} to {high}\n", ""))
    for category, above in variable.walk():
        if not category.retired:
            lines += _category_lines(category, len(above), is_chosen=category.name in chosen)
    return lines


def _category_lines(category: Category, depth: int, *, is_chosen: bool) -> list[tuple[str, str]]:
    indent = "  " * depth
    lines = [
        (f"\n{indent}{'▸' if is_chosen else ' '} {category.key or ' '} ", "bold $primary"),
        (plain(category.name), "bold"),
    ]
    if category.definition:
        lines.append((f"  {plain(category.definition)}", ""))
    lines.append(("\n", ""))
    if category.use:
        lines += [(f"{indent}    use: ", "$success"), (f"{plain(category.use)}\n", "")]
    if category.avoid:
        lines += [(f"{indent}    not: ", "$warning"), (f"{plain(category.avoid)}\n", "")]
    for example in category.examples:
        lines.append((f"{indent}    “{plain(example.text)}”", "italic"))
        lines.append((f"  {plain(example.why)}\n" if example.why else "\n", "$text-muted"))
    return lines

"""The command palette: all commands, variables and display settings by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from annotator.app.screens.label import LabelScreen
from annotator.app.themes import OFFERED
from annotator.text.terminal_text import one_line


class Everything(Provider):
    """Provider of the labelling screen's commands."""

    async def search(self, query: str) -> Hits:
        """The commands that a query matches."""
        matcher = self.matcher(query)
        for text, what in self._all():
            score = matcher.match(text)
            if score > 0:
                yield Hit(score, Content(text), what, text=text)

    async def discover(self) -> Hits:
        """Every command."""
        for text, what in self._all():
            yield DiscoveryHit(Content(text), what, text=text)

    def _all(self) -> Iterator[tuple[str, Callable[[], None]]]:
        # The palette is itself a screen by now; what it works on lies below it.
        screen = next((s for s in reversed(self.app.screen_stack) if isinstance(s, LabelScreen)), None)
        if screen is None:
            return
        for command in screen.session.instrument.keys.commands:
            if command.takes != "key" and command.name != "palette":
                yield f"{command.help}  ({command.shown})", partial(screen.run, command)
        for variable in screen.session.cursor.asked():
            key = f"  ({variable.key})" if variable.key else ""
            yield f"{one_line(variable.title)}{key}", partial(screen.open_variable, variable.name)
        for variable in screen.session.instrument.switched_off:
            yield f"also ask for {one_line(variable.title)}", partial(screen.switch_on, variable.name)
        for title, theme in OFFERED.items():
            yield f"theme: {title}", partial(screen.use_theme, theme)
        yield "narrower lines", partial(screen.change_width, -1)
        yield "wider lines", partial(screen.change_width, 1)
        yield "blank lines between paragraphs, or none", screen.change_density
        yield "how to code, in four lines", screen.show_tour

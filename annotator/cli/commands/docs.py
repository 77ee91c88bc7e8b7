"""`annotator docs`: read the pages of the manual, which travel with the program."""

from __future__ import annotations

import re
import sys

import click

from annotator.errors import UsageError
from annotator.files.shipped import shipped, shipped_names
from annotator.text.terminal_text import one_line, plain

_WIDEST = 100

_COMMENT = re.compile(r"^[ \t]*<!--.*?-->[ \t]*\n", re.MULTILINE | re.DOTALL)
"""A comment of a page, which is for its tests and not for readers."""

_TITLE = re.compile(r'^([ \t]*)(```[\w-]+) title="([^"]+)"$', re.MULTILINE)
"""The first line of a block that is a file, with its name."""


@click.command("docs")
@click.argument("page", required=False)
def command(page: str | None) -> None:
    """Read a page of the manual; without PAGE, list the pages.

    In a terminal the page is laid out and can be scrolled; q leaves. In a pipe it is Markdown.
    """
    names = _pages()
    if page is None:
        width = max(map(len, names))
        for name in names:
            title = shipped(f"docs/{name}.md").partition("\n")[0].removeprefix("# ")
            click.echo(f"{name:{width}}  {title}")
        click.echo("`annotator docs PAGE` shows one of them.", err=True)
        return
    wanted = page.removeprefix("docs/").removesuffix(".md")
    if wanted not in names:
        raise UsageError(f"the manual has no page {one_line(page)!r}; it has {', '.join(names)}")
    text = _COMMENT.sub("", shipped(f"docs/{wanted}.md"))
    if sys.stdout.isatty():
        click.echo_via_pager(_laid_out(text))
    else:
        click.echo(plain(text), nl=False)


def _pages() -> list[str]:
    """The names of the pages, in the order of the site's navigation."""
    names = shipped_names("docs", ".md")
    order = re.findall(r"^ +- .*: (\S+)\.md$", shipped("mkdocs.yml"), re.MULTILINE)
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def _laid_out(text: str) -> str:
    """A page as a terminal shows it, with colours."""
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    console = Console(width=min(console.width, _WIDEST), force_terminal=True)
    with console.capture() as capture:
        console.print(Markdown(_TITLE.sub(r"\1**\3**\n\n\1\2", text), hyperlinks=False))
    return capture.get()

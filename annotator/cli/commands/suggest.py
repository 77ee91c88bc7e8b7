"""`annotator suggest`: the likely speakers of each paragraph of files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from annotator.cli.blindness import caller
from annotator.cli.json_text import json_text
from annotator.cli.options import Project, as_coder_option, json_option, pass_project, project_option
from annotator.errors import AnnotatorError, UsageError
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.model import Article
    from annotator.speakers import KnownSpeaker

MOST = 9
_SHOWN = 76


@click.command("suggest")
@click.argument("paths", nargs=-1)
@click.option(
    "--by",
    type=click.Choice(["line", "block"]),
    default="line",
    help="One paragraph: a non-blank line, or a block between blank lines.",
)
@click.option("--encoding", metavar="NAME", help="Encoding of the files, if it is recognised wrongly.")
@click.option("--limit", type=click.IntRange(1, 50), default=MOST, help="Most names for a paragraph.")
@as_coder_option
@json_option
@project_option
@pass_project
def command(
    project: Project,
    paths: tuple[str, ...],
    by: Any,
    encoding: str | None,
    limit: int,
    coder: str | None,
    as_json: bool,
) -> None:
    """Rank the likely speakers of each paragraph of files, folders, or - for standard input.

    With --json each paragraph is a line: id (the file's stem), paragraph (from 0), start, end, suggestions. No project
    is needed; with --project its registry is known by names and aliases, and nothing of anybody's
    coding; to a coder in an open phase nothing that only others have entered.
    """
    from annotator.ingest import LeftOut, Options, Refusal, read_inputs

    if not paths:
        raise UsageError("name the input: files, folders, or - for standard input")
    known, issues = _registry(project, coder)
    n_articles = n_refused = 0
    for found in read_inputs(paths, Options(by=by, encoding=encoding)):
        if isinstance(found, Refusal):
            n_refused += 1
            click.echo(f"refused: {found.sentence}", err=True)
            continue
        if isinstance(found, LeftOut):
            click.echo(f"left out: {found.origin} {found.reason}", err=True)
            continue
        n_articles += 1
        if not as_json:
            click.echo(f"{one_line(found.article.name)}: {counted(len(found.article.paragraphs), 'paragraph')}")
        for line in _lines(found.article, known, issues, limit, as_json=as_json):
            click.echo(line)
    if n_refused:
        raise AnnotatorError(f"{n_refused} of the inputs could not be read")
    if not n_articles:
        raise AnnotatorError("found no article to read in " + ", ".join(one_line(path) for path in paths))


def _lines(
    article: Article, known: list[KnownSpeaker], issues: frozenset[str], limit: int, *, as_json: bool
) -> Iterator[str]:
    from annotator.speakers import ArticleSpeakers

    texts = [article.text(paragraph) for paragraph in article.paragraphs]
    speakers = ArticleSpeakers(texts, [paragraph.role for paragraph in article.paragraphs])
    for i, paragraph in enumerate(article.paragraphs):
        names = [one.name for one in speakers.rank(i, known=known, limit=limit, issues=issues)]
        if as_json:
            fields = {"id": article.name, "paragraph": i, "start": paragraph.start, "end": paragraph.end}
            yield json_text({**fields, "suggestions": names})
        else:
            begins = one_line(texts[i])
            yield f"{i:>4}  {begins[:_SHOWN]}{'…' if len(begins) > _SHOWN else ''}"
            yield "      " + ("; ".join(f"{n} {one_line(name)}" for n, name in enumerate(names, 1)) or "nobody")


def _registry(project: Project, coder: str | None) -> tuple[list[KnownSpeaker], frozenset[str]]:
    """The actors and issues of a project that was named; one in the folder alone does not change the answer."""
    if not project.is_given:
        return [], frozenset()
    from annotator.speakers import KnownSpeaker
    from annotator.speakers.identity import identity

    with project.open(read_only=True) as store:
        entries = store.registry_for(caller(store, coder)).entries()
    known = [KnownSpeaker(entry.name, entry.aliases) for entry in entries if entry.kind == "actor"]
    return known, frozenset(identity(entry.name) for entry in entries if entry.kind == "issue")

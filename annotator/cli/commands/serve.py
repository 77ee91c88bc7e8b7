"""`annotator serve`: the screens in a browser."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from annotator.cli.blindness import allowed, unblind_option
from annotator.cli.known_coder import check_coder
from annotator.cli.options import Project, default_coder, pass_project, project_option
from annotator.distribution import with_extra
from annotator.errors import AnnotatorError, UsageError
from annotator.text.counted import counted
from annotator.text.shell_word import shell_word
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    import socket

    from annotator.serve.address import Address
    from annotator.serve.tokens import TokenFile
    from annotator.store import Store


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port on this machine.")
@click.option(
    "--public-url", metavar="URL", help="The https:// address of a proxy on this machine (see docs/serve.md)."
)
@click.option("--invite", metavar="NAME", multiple=True, help="Make a link for a coder, and end.")
@click.option("--revoke", metavar="NAME", multiple=True, help="Take a coder's link back, and end.")
@click.option(
    "--new-coder", is_flag=True, help="Invite a coder whose name is nearly that of another, without a question."
)
@unblind_option
@project_option
@pass_project
def command(
    project: Project,
    port: int,
    public_url: str | None,
    invite: tuple[str, ...],
    revoke: tuple[str, ...],
    new_coder: bool,
    unblind: bool,
) -> None:
    """Open the screens in a browser: each coder logs in with a link of their own.

    The first time it makes a link for every coder of the project. Only browsers on this machine reach it; for others,
    put a proxy before it and name its address with --public-url.

    A link opens the work of its coder. While your own phase is open, you make only your own.
    """
    from annotator.serve.address import Address, listen
    from annotator.serve.tokens import TokenFile

    is_server = not (invite or revoke)
    if is_server:
        _refuse_without_packages()
    address = Address(port, public_url)
    tokens = TokenFile(project.path)
    is_given = click.get_current_context().get_parameter_source("port") is not ParameterSource.DEFAULT
    with listen(port) if is_server else nullcontext() as listening:
        with project.open() as store:
            names = _names(store, invite, is_new=new_coder)
            if names:
                allowed(store, tuple(names), unblind=unblind)
            elif is_server and not tokens.coders():
                names = list(allowed(store, (), unblind=unblind)) or _team(store)
            with store.connection.write():  # two commands at once would each forget what the other has written
                _revoke(tokens, revoke)
                if public_url is not None or is_given or is_server:
                    tokens.keep_address(address.url)
                made = [(name, tokens.invite(name)) for name in names]
        _print_links(made, tokens.address or address.url)
        if listening is not None:
            _serve(project, tokens, address, listening)


def _names(store: Store, invited: tuple[str, ...], *, is_new: bool) -> list[str]:
    """Check the names of those who are to be invited."""
    from annotator.store.tables.coders import coder_name

    names = [coder_name(name) for name in invited]
    for name in names:
        how = f"to invite {one_line(name)}, type `annotator serve --invite {shell_word(one_line(name))} --new-coder`"
        if (packed_for := store.packed_for) not in (None, name):
            raise UsageError(f"this file was packed for {one_line(packed_for or '')}; only this coder can code in it")
        if greeting := check_coder(store, name, is_new=is_new, how=how):
            click.echo(f"{greeting}.", err=True)
    return names


def _team(store: Store) -> list[str]:
    """Everybody who codes in the project; the user where nobody does yet."""
    from annotator.store.tables.coders import coder_name

    if store.packed_for is not None:
        return [store.packed_for]
    return store.people_who_code() or [coder_name(default_coder())]


def _revoke(tokens: TokenFile, names: tuple[str, ...]) -> None:
    """Take the tokens of coders back."""
    for name in names:
        if not tokens.revoke(name):
            raise UsageError(f"{one_line(name)} has no link; those who have: {_listed(tokens)}")
        click.echo(f"{one_line(name)} can no longer log in.", err=True)


def _print_links(made: list[tuple[str, str]], address: str) -> None:
    """Print the links of coders whose tokens were made."""
    for name, token in made:
        click.echo(f"{one_line(name)}  {address}/login#{token}")
    if made:
        click.echo("Give each coder their link. It is shown only now; --invite NAME makes a new one.", err=True)


def _serve(project: Project, tokens: TokenFile, address: Address, port: socket.socket) -> None:
    from annotator.app.settings import settings_path
    from annotator.serve.server import CoderServer

    click.echo(f"{counted(len(tokens.coders()), 'coder')} can log in at {address.url} (Ctrl+C ends).", err=True)
    settings = settings_path().parent
    CoderServer(project.path, tokens, address, settings, lambda line: click.echo(line, err=True)).serve_at(port)


def _refuse_without_packages() -> None:
    from importlib.util import find_spec

    if find_spec("textual_serve") is None or find_spec("aiohttp") is None:
        raise AnnotatorError(f"serving the screens needs textual-serve and aiohttp; {with_extra('serve')}")


def _listed(tokens: TokenFile) -> str:
    return ", ".join(map(one_line, tokens.coders())) or "nobody"

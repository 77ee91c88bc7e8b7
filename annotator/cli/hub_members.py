"""What `annotator sync setup` and `sync invite` print for a hub in PostgreSQL.

The administrator's SQL goes to stdout, and what people must do to stderr. The password of a new member stands once: in
the line for that member.
"""

from __future__ import annotations

import click

from annotator.sync.postgresql.find import address_of
from annotator.sync.postgresql.invite import Invitation, invite, setup_sql
from annotator.text.shell_word import shell_word
from annotator.text.terminal_text import one_line

ADDRESS_FILE = "hub.txt"
"""What the examples call the file with a member's address."""


def set_up(lead: str, target: str) -> None:
    """Print the SQL of an empty hub with the lead as its first member.

    Args:
        lead: The lead's name as a coder of the project.
        target: The address of the database.

    Raises:
        AnnotatorError: The address or the name is not valid.
    """
    address = address_of(target)
    invitation = invite(lead, address, is_lead=True)
    click.echo(f"{setup_sql()}\n{invitation.sql}", nl=False)
    click.echo(
        f"1. Let the administrator of {one_line(address.host)} run these lines once in the empty database"
        f" {one_line(address.settings.get('dbname', ''))}.",
        err=True,
    )
    _say_address(2, "You keep", invitation)
    click.echo(
        f"3. Type this in the folder of the project; it sends the plan and the articles:\n"
        f"     annotator sync {ADDRESS_FILE} --once\n"
        f"4. Then invite each coder: annotator sync invite NAME {ADDRESS_FILE}",
        err=True,
    )


def invite_to_hub(project: str, coder: str, target: str) -> None:
    """Print the SQL of a coder's role, and what lead and coder do.

    Args:
        project: The name of the project file.
        coder: The coder's name.
        target: The lead's address of the hub, or the file that holds it.

    Raises:
        AnnotatorError: The address or the name is not valid.
    """
    invitation = invite(coder, address_of(target))
    shown = one_line(coder)
    click.echo(invitation.sql, nl=False)
    click.echo("1. Let the administrator of the hub run these lines in its database.", err=True)
    _say_address(2, f"Send {shown}, in private,", invitation)
    click.echo(
        f"3. Send {shown} once the file that this command makes:\n"
        f"     annotator --project {shell_word(one_line(project))} pack --coder {shell_word(shown)}\n"
        f"4. {shown} types, with both files:\n"
        f"     annotator --project FILE sync {ADDRESS_FILE} --once",
        err=True,
    )


def _say_address(n: int, who: str, invitation: Invitation) -> None:
    click.echo(
        f"{n}. {who} this line, which has a password in it. It belongs into a file that only its owner can read"
        f" (`chmod 600 {ADDRESS_FILE}`):\n     {invitation.address}",
        err=True,
    )

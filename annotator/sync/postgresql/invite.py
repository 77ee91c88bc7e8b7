"""What an administrator types for a hub: its tables, and a role for each coder. Nothing here opens a connection."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from importlib.resources import files
from typing import NamedTuple

from annotator.errors import UsageError
from annotator.sync.postgresql.address import Address

_ROUNDS = 4096
"""Of SCRAM-SHA-256; PostgreSQL's own number. The password is random, so that more would not make it safer."""


class Invitation(NamedTuple):
    """A new member of a hub."""

    sql: str
    """What the administrator runs. It has a hash of the password in it, not the password."""
    address: str
    """The line for the coder: the address of the hub with their password."""


def setup_sql() -> str:
    """The SQL that makes a hub in an empty database."""
    return files("annotator.sync.postgresql").joinpath("hub.sql").read_text(encoding="utf-8")


def invite(coder: str, address: Address, *, is_lead: bool = False) -> Invitation:
    """Make a role with a random password for a coder.

    Args:
        coder: The coder's name in the project.
        address: Any member's address of the hub: it tells host and database.
        is_lead: Whether the role may read everything and change the plan.

    Raises:
        UsageError: The name belongs to the program, or to a coder's second coding.
    """
    if coder == "annotator" or re.search(r" \((recheck|recall|recode)\)$", coder):
        raise UsageError("this name belongs to the program; invite the coder under their own name")
    role, password = role_name(coder), secrets.token_urlsafe(24)
    arguments = f"{_literal(role)}, {_literal(coder)}, {'true' if is_lead else 'false'}"
    sql = f"create role {_identifier(role)} login password {_literal(scram(password))};\ncall hub.admit({arguments});\n"
    return Invitation(sql, address.for_role(role, password))


def role_name(coder: str) -> str:
    """A new name for a coder's role: short, in ASCII, and not taken by a coder of another study on the same server."""
    ascii_name = unicodedata.normalize("NFKD", coder).encode("ascii", "ignore").decode().lower()
    word = re.sub(r"[^a-z0-9]+", "_", ascii_name).strip("_")[:40]
    return f"annotator_{word or 'coder'}_{secrets.token_hex(3)}"


def scram(password: str, salt: bytes | None = None) -> str:
    """The hash of a password as PostgreSQL keeps it (RFC 5803), so that the password is in no command and no log."""
    salt = os.urandom(16) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _ROUNDS)
    client = hmac.digest(salted, b"Client Key", "sha256")
    server = hmac.digest(salted, b"Server Key", "sha256")
    stored, kept, grains = (_base64(one) for one in (hashlib.sha256(client).digest(), server, salt))
    return f"SCRAM-SHA-256${_ROUNDS}:{grains}${stored}:{kept}"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _literal(text: str) -> str:
    """A text in SQL, also for servers and sessions in which a backslash escapes."""
    doubled = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{doubled}'" if "\\" in text else f"'{doubled}'"


def _identifier(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'

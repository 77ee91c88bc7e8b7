"""Tokens of the coders who may log in, one each. The file beside the project keeps only their hashes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from hmac import compare_digest
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from annotator.errors import StoreError
from annotator.files import private
from annotator.text.terminal_text import one_line

SUFFIX = ".serve"
"""The file of `study.db` is `study.db.serve`. It is not in the project, which is packed, merged and passed on."""

_SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 characters that nobody takes for another: without l, o, 0 and 1."""

_ID, _SECRET, _GROUP = 5, 20, 5
"""Characters of a token: those that name it, those that are secret (100 bits), and those between two hyphens."""

_N, _R, _P = 2**14, 8, 1
"""The cost of scrypt: 16 MB and about 50 ms."""


class Invited(NamedTuple):
    """A coder who may log in.

    Attributes:
        coder: The name.
        token: The part of the token that names it; another invitation has another one.
    """

    coder: str
    token: str


class _Hash(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    token: str = Field(description="The first characters of the token, which are not secret.")
    salt: str = Field(pattern="^[0-9a-f]{32}$")
    scrypt: str = Field(pattern="^[0-9a-f]{64}$")
    invited_at: datetime


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = Field(default=1, ge=1, le=1)
    address: str | None = Field(default=None, description="Where the server was last reached, for links.")
    coders: dict[str, _Hash] = {}


class TokenFile:
    """The tokens of a project. Each call reads the file, so that a running server sees changes at once."""

    def __init__(self, project: Path) -> None:
        self.path = project.with_name(project.name + SUFFIX)

    def coders(self) -> list[str]:
        """The names of those who may log in, sorted.

        Raises:
            StoreError: The file cannot be read.
        """
        return sorted(self._read().coders)

    @property
    def address(self) -> str | None:
        """Where the server was last reached."""
        return self._read().address

    def keep_address(self, address: str) -> None:
        """Keep where the server is reached.

        Raises:
            StoreError: The file cannot be read or written.
        """
        content = self._read()
        if content.address != address:
            self._write(content.model_copy(update={"address": address}))

    def invite(self, coder: str) -> str:
        """Make a token for a coder; an earlier one of this coder is no longer valid.

        Raises:
            StoreError: The file cannot be read or written.
        """
        content = self._read()
        taken = {one.token for one in content.coders.values()}
        while (name := _random(_ID)) in taken:
            pass
        secret, salt = _random(_SECRET), secrets.token_bytes(16)
        made = _Hash(token=name, salt=salt.hex(), scrypt=_scrypt(secret, salt).hex(), invited_at=datetime.now(UTC))
        self._write(content.model_copy(update={"coders": {**content.coders, coder: made}}))
        whole = name + secret
        return "-".join(whole[at : at + _GROUP] for at in range(0, len(whole), _GROUP))

    def revoke(self, coder: str) -> bool:
        """Take a coder's token back; return whether there was one.

        Raises:
            StoreError: The file cannot be read or written.
        """
        content = self._read()
        if coder not in content.coders:
            return False
        left = {name: one for name, one in content.coders.items() if name != coder}
        self._write(content.model_copy(update={"coders": left}))
        return True

    def find(self, token: str) -> Invited | None:
        """The coder of a token, as it was typed; None if it is not valid. It takes equally long for every token.

        Raises:
            StoreError: The file cannot be read.
        """
        typed = "".join(sign for sign in token.lower() if sign.isalnum())[: _ID + _SECRET]
        name, secret = typed[:_ID], typed[_ID:]
        found = next(((coder, one) for coder, one in self._read().coders.items() if one.token == name), None)
        salt = bytes.fromhex(found[1].salt) if found else bytes(16)
        computed = _scrypt(secret, salt)
        if found is None or not compare_digest(computed, bytes.fromhex(found[1].scrypt)):
            return None
        return Invited(found[0], name)

    def is_valid(self, invited: Invited) -> bool:
        """Whether an invitation still holds.

        Raises:
            StoreError: The file cannot be read.
        """
        found = self._read().coders.get(invited.coder)
        return found is not None and found.token == invited.token

    def _read(self) -> _Content:
        try:
            return _Content.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return _Content()
        except (OSError, ValidationError) as error:
            name = one_line(self.path.name)
            raise StoreError(f"{name} cannot be read; remove it, and invite the coders again") from error

    def _write(self, content: _Content) -> None:
        try:
            private.write(self.path, content.model_dump_json(indent=2) + "\n")
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise StoreError(f"{one_line(self.path.name)} cannot be written: {reason}") from error


def _random(n: int) -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(n))


def _scrypt(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, n=_N, r=_R, p=_P, dklen=32)

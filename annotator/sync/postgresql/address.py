"""The address of a hub: what a person typed, checked, and what libpq is given. A password never leaves it."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from pathlib import Path

from annotator.distribution import with_extra
from annotator.errors import UsageError

FORM = "postgresql://NAME@HOST/DATABASE"
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+(%[A-Za-z0-9]+)?|/[^@]*")
_WORD = re.compile(r"[^@:/?#]+")
_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1", re.IGNORECASE)
_ALLOWED = frozenset(
    "user password host hostaddr port dbname sslmode sslrootcert sslcert sslkey passfile connect_timeout".split()
)
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem".split()
"""Where Debian, Fedora and macOS keep the authorities that they trust; psycopg's own OpenSSL looks in none of them."""


class Address:
    """A checked address of a hub. `name` is without the password, and so is every text that Python makes of it."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = dict(settings)

    @property
    def host(self) -> str:
        """The host, or the folder of the socket."""
        return self._settings.get("host") or self._settings.get("hostaddr") or "localhost"

    @property
    def name(self) -> str:
        """The address without a password."""
        return f"postgresql://{self._login()}{self._rest()}"

    @property
    def settings(self) -> dict[str, str]:
        """What libpq is given, with the password."""
        return dict(self._settings)

    def for_role(self, role: str, password: str) -> str:
        """The same database for another role: the line for a coder, with the password."""
        from urllib.parse import quote

        return f"postgresql://{quote(role, safe='')}:{quote(password, safe='')}@{self._rest()}"

    def _login(self) -> str:
        user = self._settings.get("user")
        return f"{user}@" if user else ""

    def _rest(self) -> str:
        from urllib.parse import quote

        port, database = self._settings.get("port"), self._settings.get("dbname", "")
        host = f"[{self.host}]" if ":" in self.host else quote(self.host, safe="")
        return f"{host}{f':{port}' if port else ''}/{quote(database, safe='')}"

    def __repr__(self) -> str:
        """The address without a password."""
        return self.name


def parse(text: str, environment: Mapping[str, str] = os.environ) -> Address:
    """Read an address and decide how the connection is protected: TLS with a checked host name, unless it is local.

    Args:
        text: The address, with or without a password.
        environment: Variables; those of libpq hold where the address says nothing.

    Raises:
        UsageError: It is not an address, asks for less protection, or the extra is missing. The message has nothing
            of the text in it, since any part could belong to a password.
    """
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise UsageError(f"a hub in PostgreSQL needs the package psycopg: {with_extra('postgresql')}") from None
    try:
        given = conninfo_to_dict(text)
    except psycopg.Error:
        raise _not_valid() from None
    settings = {name: str(value) for name, value in given.items() if value not in (None, "")}
    if not text.startswith(("postgresql://", "postgres://")) or not _is_plain(settings):
        raise _not_valid()
    if not _ALLOWED.issuperset(settings):
        raise UsageError(f"the address of the hub has an option that annotator does not use; write it as {FORM}")
    for name, variable in (("host", "PGHOST"), ("hostaddr", "PGHOSTADDR")):
        if name not in settings and environment.get(variable):
            settings[name] = environment[variable]
    return Address(_protected(settings, environment))


def _is_plain(settings: Mapping[str, str]) -> bool:
    """Whether each part looks like what it is; a password with `/` or `@` in it may have slipped into another."""
    hosts = [settings[name] for name in ("host", "hostaddr") if name in settings]
    return (
        all(_HOST.fullmatch(one) for one in hosts)
        and settings.get("port", "1").isdecimal()
        and _WORD.fullmatch(settings.get("dbname", "")) is not None
        and all(character.isprintable() for name in ("user", "dbname") for character in settings.get(name, ""))
    )


def _protected(settings: dict[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    hosts = [settings[name] for name in ("host", "hostaddr") if name in settings]
    is_local = bool(hosts) and all(_LOOPBACK.fullmatch(one) or one.startswith("/") for one in hosts)
    asked = settings.get("sslmode") or environment.get("PGSSLMODE") or ""
    if not is_local and asked not in ("", "verify-full"):
        raise UsageError(
            "the connection to a hub on another machine must be encrypted, and the host's name checked; leave sslmode"
            " out of the address and of PGSSLMODE"
        )
    settings["sslmode"] = asked or ("prefer" if is_local else "verify-full")
    if settings["sslmode"].startswith("verify-"):
        settings.setdefault("sslrootcert", _authorities(environment))
    return settings


def _authorities(environment: Mapping[str, str]) -> str:
    """The file of the certificate authorities that this machine trusts."""
    own = Path(environment.get("HOME", "~")).expanduser() / ".postgresql" / "root.crt"
    found = (environment.get("PGSSLROOTCERT"), str(own), ssl.get_default_verify_paths().cafile, *_CERTIFICATES)
    return next((one for one in found if one and Path(one).is_file()), "system")


def _not_valid() -> UsageError:
    return UsageError(
        f"the address of the hub is not valid; write it as {FORM}, with each of / @ : in a password as %2F %40 %3A"
    )

"""A PostgreSQL cluster of its own for tests: made by `initdb` in a temporary folder, on a free port, gone afterwards.

PostgreSQL refuses to run as root. A root user therefore starts it as the user `postgres`, whom Debian's package makes.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

DEBIAN = Path("/usr") / "lib" / "postgresql"
"""Where Debian and Ubuntu keep the programs, which are not on the path of commands."""

OWNER, PASSWORD = "owner", "only for tests: it's never shared"
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "jit": "off",
    "autovacuum": "off",
    "log_statement": "all",
}


class Cluster(NamedTuple):
    """A running cluster. It listens at 127.0.0.1 and in a socket, and asks everybody for a password (SCRAM)."""

    folder: Path
    port: int

    def url(self, database: str = "postgres", user: str = OWNER, password: str = PASSWORD, host: str = "") -> str:
        """The address of a database for a role; without a host, of the socket."""
        where = quote(host or str(self.folder), safe="")
        return f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@{where}:{self.port}/{database}"

    def log(self) -> str:
        """What the server has written so far."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def configure(self, **settings: str) -> None:
        """Change settings that a running server takes up, such as those of TLS."""
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            for name, value in settings.items():
                connection.execute(f"alter system set {name} = '{value}'")
            connection.execute("select pg_reload_conf()")


@contextmanager
def cluster(**settings: str) -> Iterator[Cluster]:
    """Make and start a cluster; stop and remove it afterwards. Skips the test where PostgreSQL is not installed."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: `apt-get install postgresql`")
    if os.geteuid() == 0 and not _has_user("postgres"):
        pytest.skip("PostgreSQL refuses to run as root, and there is no user postgres")
    folder = Path(tempfile.mkdtemp(prefix="annotator-pg-"))
    try:
        _give(folder)
        secret = folder / "password"
        secret.write_text(PASSWORD + "\n", encoding="utf-8")
        _give(secret)
        data = folder / "data"
        _run(
            *(programs / "initdb", "--pgdata", data, "--username", OWNER, "--pwfile", secret),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"),
        )
        port = _free_port()
        place = {"port": str(port), "listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder)}
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in {**_SETTINGS, **place, **settings}.items())
        control = (programs / "pg_ctl", "--pgdata", data, "--wait", "--timeout", "60")
        _run(*control, "--log", folder / "log", "start")
        try:
            yield Cluster(folder, port)
        finally:
            _run(*control, "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, of the newest version."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    versions = [path.parent for path in DEBIAN.glob("*/bin/initdb")]
    return max(versions, key=lambda path: float(path.parent.name), default=None)


def _has_user(name: str) -> bool:
    import pwd

    return any(one.pw_name == name for one in pwd.getpwall())


def _give(path: Path) -> None:
    """Make a file or folder one that PostgreSQL may use."""
    if os.geteuid() == 0:
        shutil.chown(path, "postgres", "postgres")


def _run(*command: str | Path) -> None:
    user = "postgres" if os.geteuid() == 0 else None
    done = subprocess.run(
        [str(one) for one in command],
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd="/",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])

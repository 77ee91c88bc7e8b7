"""The address of a hub, what it asks of the connection, and that no password gets out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from annotator.errors import AnnotatorError, UsageError

pytest.importorskip("psycopg")

from annotator.sync.postgresql.address import parse
from annotator.sync.postgresql.invite import invite, role_name, setup_sql

SECRET = "p4ssw0rd"  # noqa: S105 (nobody has it)


@pytest.mark.parametrize(
    ("text", "name", "mode"),
    [
        (f"postgresql://anna:{SECRET}@db.example.org/study", "postgresql://anna@db.example.org/study", "verify-full"),
        ("postgres://anna@10.0.0.7:5433/study", "postgresql://anna@10.0.0.7:5433/study", "verify-full"),
        (f"postgresql://anna:{SECRET}@localhost/study", "postgresql://anna@localhost/study", "prefer"),
        ("postgresql://anna@[::1]/study", "postgresql://anna@[::1]/study", "prefer"),
        ("postgresql://anna@%2Frun%2Fpg/study", "postgresql://anna@%2Frun%2Fpg/study", "prefer"),
        ("postgresql://anna@localhost/study?hostaddr=10.0.0.7", "postgresql://anna@localhost/study", "verify-full"),
        ("postgresql://anna@db.example.org/x?hostaddr=127.0.0.1", "postgresql://anna@db.example.org/x", "verify-full"),
        ("postgresql://anna@localhost/study?sslmode=verify-full", "postgresql://anna@localhost/study", "verify-full"),
        ("postgresql:///study", "postgresql://localhost/study", "verify-full"),
    ],
)  # fmt: skip
def test_a_connection_to_another_machine_is_always_checked(text: str, name: str, mode: str) -> None:
    address = parse(text, {})

    assert (address.name, address.settings["sslmode"]) == (name, mode)
    assert SECRET not in f"{address} {address!r} {address.host}"


def test_the_host_may_come_from_the_environment() -> None:
    assert parse("postgresql:///study", {"PGHOST": "127.0.0.1"}).settings["sslmode"] == "prefer"
    assert parse("postgresql:///study", {"PGHOST": "db.example.org"}).settings["sslmode"] == "verify-full"


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_less_protection_is_refused(mode: str) -> None:
    with pytest.raises(UsageError, match="encrypted"):
        parse(f"postgresql://anna@db.example.org/study?sslmode={mode}", {})
    with pytest.raises(UsageError, match="encrypted"):
        parse("postgresql://anna@db.example.org/study", {"PGSSLMODE": mode})


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://anna:p4ss/w0rd@db.example.org/study",
        "postgresql://anna:p4ss@w0rd@db.example.org/study",
        "postgresql://anna:p4ss@w0rd/x@db.example.org/study",
        "postgresql://anna:12/p4ssw0rd@db.example.org/study",
        "postgresql://p4ssw0rd@w0rd:p4ss@db.example.org",
        "postgresql://anna:p4ssw0rd@db.example.org:p4ss/study",
        "postgresql://anna:p4ssw0rd@db.example.org/study?p4ss=w0rd",
        "postgresql://anna:p4ssw0rd@db.example.org/study?options=-cp4ss%3Dw0rd",
        "postgresql://anna:p4ssw0rd@db.example.org/study?service=p4ss",
        "postgresql://anna:p4ss%zzw0rd@db.example.org/study",
        "postgresql://anna:p4ss%00w0rd@db.example.org/study",
        "host=db.example.org user=anna password=p4ssw0rd dbname=study",
        "mysql://anna:p4ssw0rd@db.example.org/study",
        "p4ssw0rd",
        "postgresql://anna:p4ss w0rd@[db.example.org/study",
    ],
)
def test_an_address_that_is_not_one_is_refused_without_a_word_of_it(text: str) -> None:
    with pytest.raises(AnnotatorError) as refused:
        parse(text, {})

    said = f"{refused.value}{refused.value.__cause__}"
    assert "p4ss" not in said
    assert "w0rd" not in said
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_certificates_come_from_the_address_the_environment_or_the_machine(tmp_path: Path) -> None:
    own = tmp_path / "ca.pem"
    own.touch()
    text = "postgresql://anna@db.example.org/study"
    assert parse(f"{text}?sslrootcert=other.pem", {"PGSSLROOTCERT": str(own)}).settings["sslrootcert"] == "other.pem"
    assert parse(text, {"PGSSLROOTCERT": str(own)}).settings["sslrootcert"] == str(own)
    assert parse(text, {"HOME": str(tmp_path)}).settings["sslrootcert"]


def test_an_invitation_has_a_password_for_the_coder_and_its_hash_for_the_administrator() -> None:
    address = parse(f"postgresql://lead:{SECRET}@db.example.org:5433/study", {})

    one = invite("Zoë O'Neill", address)
    other = parse(one.address, {})

    assert "'Zoë O''Neill'" in one.sql
    assert other.settings["host"] == "db.example.org"
    assert other.settings["port"] == "5433"
    assert len(other.settings["password"]) > 20
    assert other.settings["password"] not in one.sql
    assert other.settings["user"] in one.sql
    assert SECRET not in one.sql + one.address
    assert invite("Zoë O'Neill", address).address != one.address


@pytest.mark.parametrize("coder", ["annotator", "anna (recheck)", "anna (recall)", "anna (recode)"])
def test_names_of_the_program_and_of_second_codings_are_not_invited(coder: str) -> None:
    with pytest.raises(UsageError, match="program"):
        invite(coder, parse("postgresql://lead@localhost/study", {}))


@pytest.mark.parametrize("coder", ["anna", "Jürgen", "李娜", "x" * 100, 'a"; drop role "b', "a'b\\"])
def test_a_role_has_a_short_name_in_plain_letters(coder: str) -> None:
    assert role_name(coder).replace("_", "").isalnum()
    assert role_name(coder).isascii()
    assert len(role_name(coder)) <= 63


def test_the_tables_come_in_one_transaction() -> None:
    lines = [line for line in setup_sql().splitlines() if line and not line.startswith("--")]
    assert (lines[0], lines[-1]) == ("begin;", "commit;")


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match=r"annotator-tui\[postgresql\]"):
        parse("postgresql://anna@localhost/study", {})

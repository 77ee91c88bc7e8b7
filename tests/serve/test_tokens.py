"""Tokens: one a coder, kept as hashes in a file beside the project that nobody else can read."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from annotator.errors import StoreError
from annotator.files.names import is_windows
from annotator.serve.tokens import TokenFile


def test_a_token_logs_in_its_coder_and_no_other(tokens: TokenFile) -> None:
    anna, ben = tokens.invite("anna"), tokens.invite("ben")

    found = [tokens.find(one) for one in (anna, ben)]

    assert [one and one.coder for one in found] == ["anna", "ben"]
    assert tokens.find(anna[:-1] + ("a" if anna[-1] != "a" else "b")) is None
    assert tokens.find(anna[:5] + ben[5:]) is None
    assert tokens.find("") is None


@pytest.mark.parametrize("typed", ["{}", " {}\n", "{}".upper()])
def test_a_token_may_be_typed_with_blanks_and_capitals(tokens: TokenFile, typed: str) -> None:
    token = tokens.invite("anna")

    for one in (typed.format(token), typed.format(token).upper(), token.replace("-", "")):
        found = tokens.find(one)
        assert found is not None
        assert found.coder == "anna"


def test_the_file_holds_no_token_and_is_its_owners_alone(tokens: TokenFile, path: Path) -> None:
    token = tokens.invite("anna")

    content = tokens.path.read_text(encoding="utf-8")
    assert tokens.path == path.with_name("study.db.serve")
    assert token not in content
    assert token.replace("-", "") not in content
    assert token.replace("-", "")[5:] not in content
    if not is_windows():
        assert stat.S_IMODE(tokens.path.stat().st_mode) == 0o600


def test_a_new_invitation_ends_the_earlier_one(tokens: TokenFile) -> None:
    first = tokens.invite("anna")
    before = tokens.find(first)
    assert before is not None

    second = tokens.invite("anna")

    assert tokens.find(first) is None
    assert not tokens.is_valid(before)
    assert tokens.find(second) is not None
    assert tokens.coders() == ["anna"]


def test_a_coder_whose_token_was_taken_back_is_out(tokens: TokenFile) -> None:
    token = tokens.invite("anna")

    assert tokens.revoke("anna")
    assert not tokens.revoke("anna")
    assert tokens.find(token) is None
    assert tokens.coders() == []


def test_two_open_token_files_see_each_others_changes(tokens: TokenFile, path: Path) -> None:
    other = TokenFile(path)

    token = other.invite("Zoë „Z“ O'Hara")

    found = tokens.find(token)
    assert found is not None
    assert found.coder == "Zoë „Z“ O'Hara"


@pytest.mark.parametrize("content", ["", "[]", '{"format": 2}', '{"coders": {"anna": {"token": "x"}}}', "\x00"])
def test_a_damaged_file_lets_nobody_in(tokens: TokenFile, content: str) -> None:
    token = tokens.invite("anna")
    tokens.path.write_text(content, encoding="utf-8")

    with pytest.raises(StoreError, match=r"study\.db\.serve cannot be read"):
        tokens.find(token)
    with pytest.raises(StoreError):
        tokens.invite("ben")
    assert tokens.path.read_text(encoding="utf-8") == content


def test_each_hash_has_a_salt_of_its_own(tokens: TokenFile) -> None:
    for name in ("anna", "ben"):
        tokens.invite(name)

    held = json.loads(tokens.path.read_text(encoding="utf-8"))["coders"].values()

    assert len({one["salt"] for one in held}) == 2
    assert len({one["token"] for one in held}) == 2

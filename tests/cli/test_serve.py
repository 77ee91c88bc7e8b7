"""`annotator serve` makes links, takes them back, and says what is missing."""

from __future__ import annotations

import importlib.util
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from annotator.cli.screen import BROWSER, has_screen
from annotator.errors import BusyError
from annotator.serve import address as address_module
from annotator.serve import server as server_module
from annotator.serve import tokens as tokens_module
from annotator.serve.tokens import TokenFile
from annotator.store import Store
from tests.cli.conftest import Command, refusal
from tests.store.test_blindness import two_phases


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cheap tokens, and a server that ends at once."""
    monkeypatch.setattr(tokens_module, "_N", 2)
    monkeypatch.setattr(server_module.CoderServer, "serve_at", lambda _self, _port: None)
    monkeypatch.setattr(address_module, "listen", lambda _port: socket.socket())


@pytest.fixture
def path(tmp_path: Path, command: Command) -> Path:
    """A project of two coders in the current folder."""
    assert command("init", "--coder", "anna", "--coder", "ben").code == 0
    return tmp_path / "annotations.db"


def links(out: str) -> dict[str, str]:
    return dict(line.split("  ") for line in out.splitlines())


def test_the_first_time_everybody_of_the_project_gets_a_link(command: Command, path: Path) -> None:
    done = command("serve")

    found = links(done.out)
    assert done.code == 0
    assert list(found) == ["anna", "ben"]
    assert "2 coders can log in at http://127.0.0.1:8000" in done.err
    for name, link in found.items():
        address, _, token = link.partition("#")
        invited = TokenFile(path).find(token)
        assert address == "http://127.0.0.1:8000/login"
        assert invited is not None
        assert invited.coder == name


def test_the_second_time_the_links_stay(command: Command, path: Path) -> None:
    command("serve")
    before = TokenFile(path).path.read_bytes()

    done = command("serve")

    assert done.out == ""
    assert TokenFile(path).path.read_bytes() == before


def test_an_invitation_ends_the_earlier_link_and_does_not_serve(command: Command, path: Path) -> None:
    first = links(command("serve").out)["anna"]

    done = command("serve", "--invite", "anna")

    second = links(done.out)["anna"]
    tokens = TokenFile(path)
    assert "can log in at" not in done.err
    assert tokens.find(first.partition("#")[2]) is None
    assert tokens.find(second.partition("#")[2]) is not None


def test_a_link_names_the_address_under_which_the_server_was_last_reached(command: Command, path: Path) -> None:
    command("serve", "--public-url", "https://code.example.org/")

    done = command("serve", "--invite", "anna")

    assert links(done.out)["anna"].startswith("https://code.example.org/login#")


def test_a_coder_whose_link_is_taken_back_cannot_log_in(command: Command, path: Path) -> None:
    link = links(command("serve").out)["anna"]

    done = command("serve", "--revoke", "anna")

    assert done.code == 0
    assert TokenFile(path).find(link.partition("#")[2]) is None
    assert refusal(command("serve", "--revoke", "anna")) == "anna has no link; those who have: ben"


def test_a_name_that_is_nearly_that_of_a_coder_is_not_invited_unasked(command: Command, path: Path) -> None:
    done = command("serve", "--invite", "Anna")

    assert "did you mean anna?" in refusal(done)
    assert "annotator serve --invite Anna --new-coder" in done.err
    assert TokenFile(path).coders() == []
    assert command("serve", "--invite", "Anna", "--new-coder").code == 0


@pytest.mark.parametrize("url", ["http://code.example.org", "https://code.example.org/x"])
def test_a_public_address_without_encryption_or_with_a_path_is_refused(command: Command, path: Path, url: str) -> None:
    done = command("serve", "--public-url", url)

    assert done.code == 2
    assert "is not an address as https://" in refusal(done)
    assert TokenFile(path).coders() == []


def test_without_the_extra_it_says_how_to_install_it(
    command: Command, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "textual_serve" else find(name))

    done = command("serve")

    assert done.code == 1
    assert refusal(done).startswith("serving the screens needs textual-serve and aiohttp; install it with pip")
    assert TokenFile(path).coders() == []


def test_a_taken_port_is_named_before_any_link_is_made(
    command: Command, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.chdir(path.parent)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        done = command("serve", "--port", str(port))

    assert done.code == 2
    assert refusal(done) == f"port {port} cannot be used; choose another with --port"
    assert done.out == ""
    assert TokenFile(path).coders() == []


def test_two_commands_at_once_do_not_forget_each_others_links(
    command: Command, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite = TokenFile.invite
    busy: list[str] = []

    def watched(tokens: TokenFile, coder: str) -> str:
        """Try to write to the project while the file of tokens is changed."""
        with suppress(BusyError), other.connection.write():
            return ""
        busy.append(coder)
        return invite(tokens, coder)

    monkeypatch.setattr(TokenFile, "invite", watched)

    with Store(path) as other:
        other.connection.patience = 0
        assert command("serve", "--invite", "anna", "--invite", "ben").code == 0

    assert busy == TokenFile(path).coders() == ["anna", "ben"]


def test_a_coder_in_an_open_phase_makes_only_the_own_link(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_phases(tmp_path / "annotations.db")
    monkeypatch.setenv("ANNOTATOR_CODER", "anna")

    refused = command("serve", "--invite", "ben")
    own = command("serve")
    recorded = command("serve", "--invite", "ben", "--unblind")

    assert "hidden from anna" in refusal(refused)
    assert list(links(own.out)) == ["anna"]
    assert list(links(recorded.out)) == ["ben"]
    with Store(tmp_path / "annotations.db") as store:
        assert [(name, what) for name, _, what in store.unblindings()] == [("anna", "serve")]


def test_a_packed_file_is_served_to_its_coder_alone(command: Command, path: Path) -> None:
    assert command("pack", "--coder", "ben").code == 0

    done = command("--project", "ben.db", "serve", "--invite", "anna")

    assert "this file was packed for ben" in refusal(done)
    assert list(links(command("--project", "ben.db", "serve").out)) == ["ben"]


@pytest.mark.parametrize(("driver", "is_there"), [(BROWSER, True), ("textual.drivers.linux_driver:LinuxDriver", False)])
def test_a_browser_is_a_screen_as_a_terminal_is(monkeypatch: pytest.MonkeyPatch, driver: str, is_there: bool) -> None:
    assert not has_screen()

    monkeypatch.setenv("TEXTUAL_DRIVER", driver)

    assert has_screen() is is_there

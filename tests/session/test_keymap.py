"""Keys of one's own: moved, refused where two would collide, and printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.codebook.file import parse_codebook
from annotator.codebook.model import Codebook
from annotator.errors import KeymapError
from annotator.files.shipped import shipped
from annotator.session.keys.commands import commands, flat_map
from annotator.session.keys.custom_keys import Keymap, find_keymap, load_keymap, parse_keymap
from annotator.session.keys.key_sheet import card
from tests.conftest import political_claims

SHIPPED = ("political-claims", "framing", "checkworthiness", "interview")


def book(name: str) -> Codebook:
    return parse_codebook(shipped(f"schemas/{name}.yaml"))


@pytest.mark.parametrize("name", SHIPPED)
def test_without_a_file_the_keys_are_those_of_the_screen(name: str) -> None:
    keys = Keymap().keys(book(name))

    flat = flat_map(book(name))
    assert keys.flat == flat
    assert keys.fixed == {key: one for one in commands(book(name)) for key in one.keys if key not in flat}
    assert keys.codebook == book(name)


def test_a_moved_key_leaves_its_old_place_free() -> None:
    keys = parse_keymap("commands: {no_claim: v, done: [enter, ctrl+s]}\ncodebook: {stance/oppose: x}\n").keys(
        political_claims()
    )

    assert keys.fixed["v"].name == "no_claim"
    assert (keys.flat["x"].category, "o" in keys.flat) == ("oppose", False)
    assert keys.fixed["ctrl+s"].name == keys.fixed["enter"].name == "done"
    assert keys.fixed["enter"].shown == "Enter Ctrl+S"
    stance = keys.codebook.variable("stance")
    assert stance is not None
    assert stance.categories[0].key == "x"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("codebook: {stance/oppose: x}", "x is the key of no_claim and of stance/oppose; free: "),
        ("codebook: {stance/oppose: s}", "s is the key of stance/oppose and of stance/support"),
        ("commands: {flag: z}", "z is the key of flag and of undo"),
        ("commands: {flag: o}", "o is the key of flag and of stance/oppose"),
        ("codebook: {mode/direct: i}", "mode: i is the key of"),
        ("commands: {fly: v}", "no command 'fly'"),
        ("codebook: {mood: v}", "the codebook has no 'mood'"),
        ("commands: {flag: escape}", "Esc closes what is open and cannot be moved"),
        ("commands: {flag: hyper+x}", "'hyper+x' is not a key"),
        ("commands: {flag: ' '}", "write a blank as space"),
        ("commands: {pick: [1, 2]}", "nine keys"),
        ("commands: {done: }", "done needs a key"),
        ("codebook: {stance/oppose: ctrl+x}", "one printable character"),
    ],
)
def test_a_collision_or_an_unknown_name_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(KeymapError) as refused:
        parse_keymap(text, "keys.yaml").keys(political_claims())

    assert complaint in str(refused.value)
    assert str(refused.value).startswith("keys.yaml: ")


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(KeymapError) as refused:
        parse_keymap("commands: {flag: z, note: x}").keys(political_claims())

    assert len(refused.value.faults) == 2


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- a", "only `commands` and `codebook`"),
        ("keys: {a: b}", "only `commands` and `codebook`"),
        ("commands: [a]", "mappings from a name to a key"),
        ("commands: {flag: {a: b}}", "write a key as x or ctrl"),
        ("commands: {flag: true}", "write a key as x or ctrl"),
        ("commands: {flag: [", "not YAML"),
        ("commands: !!python/object/apply:os.system [ls]", "not YAML"),
    ],
)
def test_what_is_no_file_of_keys_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(KeymapError, match=complaint):
        parse_keymap(text)


def test_the_file_beside_the_project_comes_before_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("sys.platform", "linux")
    assert find_keymap(tmp_path / "annotations.db") is None
    own = tmp_path / "config" / "annotator" / "keys.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("commands: {no_claim: v}", encoding="utf-8")
    assert find_keymap(tmp_path / "annotations.db") == own
    beside = tmp_path / "annotator-keys.json"
    beside.write_text('{"commands": {"no_claim": "v"}}', encoding="utf-8")
    assert find_keymap(tmp_path / "annotations.db") == beside
    assert load_keymap(beside).commands == load_keymap(own).commands == {"no_claim": ("v",)}


@pytest.mark.parametrize("name", SHIPPED)
def test_the_card_holds_every_key_in_every_form(name: str) -> None:
    keys = Keymap().keys(book(name))

    text, markdown, html = card(keys, "text"), card(keys, "markdown"), card(keys, "html")

    assert max(map(len, text.splitlines())) <= 80
    for command in keys.commands:
        assert command.shown in text
    for choice in keys.flat.values():
        if choice.category is not None:
            assert choice.category in text
            assert choice.category in markdown
    assert html.startswith("<!doctype html>")
    assert html.count("<section>") == markdown.count("\n## ")


def test_a_hostile_codebook_stays_text_on_the_card() -> None:
    hostile = Codebook.model_validate(
        {"name": "x", "title": "<script>", "variables": [{"name": "v", "categories": [{"name": "<b>|", "key": "<"}]}]}
    )

    html = card(Keymap().keys(hostile), "html")

    assert "<script>" not in html
    assert "<dt>&lt;</dt><dd>&lt;b&gt;|</dd>" in html

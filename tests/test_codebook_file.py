"""Codebook files: every fault at once, each at its line, and never another error than a CodebookError."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.codebook.file import default_codebook, find_codebook, load_codebook, parse_codebook
from annotator.codebook.model import Codebook
from annotator.errors import CodebookError

SOUND = """\
name: test
variables:
  - name: stance
    level: ordinal
    categories:
      - {name: oppose, key: o}
      - {name: support, key: s}
"""

ROOT = Path(__file__).parent.parent


def faults_of(text: str, *, is_json: bool = False) -> list[tuple[int, str]]:
    """The faults of a document, each with its line."""
    with pytest.raises(CodebookError) as caught:
        parse_codebook(text, name="my.yaml", is_json=is_json)
    found = []
    for fault in caught.value.faults:
        name, line, what = fault.split(":", 2)
        assert name == "my.yaml"
        found.append((int(line), what.strip()))
    return found


def test_a_codebook_of_the_program_is_found_by_its_name_and_a_file_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert find_codebook(Path("framing")).name == "framing"
    with pytest.raises(CodebookError, match=r"frames: file not found; .* checkworthiness, framing, interview"):
        find_codebook(Path("frames"))

    (tmp_path / "framing").write_text(SOUND, encoding="utf-8")
    assert find_codebook(Path("framing")).name == "test"


def test_a_sound_document_is_a_codebook() -> None:
    codebook = parse_codebook(SOUND)

    assert codebook.name == "test"
    assert codebook.version == "1.0"
    assert codebook.variables[0].names == ("oppose", "support")


def test_words_that_older_yaml_takes_for_truth_values_are_words() -> None:
    text = "name: no\nvariables:\n- {name: y, categories: [{name: yes, key: y}, {name: no, key: n}, {name: off}]}\n"

    codebook = parse_codebook(text)

    assert codebook.name == "no"
    assert codebook.variables[0].names == ("yes", "no", "off")


def test_a_version_that_looks_like_a_number_stays_as_it_is_written() -> None:
    assert parse_codebook("version: 1.10\n" + SOUND).version == "1.10"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        pytest.param("", 1, "empty", id="nothing"),
        pytest.param("- a\n- b\n", 1, "must be a mapping", id="a list"),
        pytest.param("just words\n", 1, "must be a mapping", id="words"),
        pytest.param(SOUND + "---\n" + SOUND, 1, "2 documents", id="two documents"),
        pytest.param("name: test\n", 1, "missing: variables", id="no variables at all"),
        pytest.param("name: test\nvariables: []\n", 2, "at least one variable", id="an empty list of variables"),
        pytest.param(SOUND.replace("name: test\n", ""), 1, "missing: name", id="no name"),
        pytest.param("name: test\nvariables:\n  - name: a\n  b: [\n", 4, "not YAML", id="no YAML"),
        pytest.param("a: 1\n? [x]\n: 2\n", 2, "a key must be a word", id="a list as a key"),
        pytest.param("name: a\n" + SOUND, 2, "'name' occurs twice", id="a field twice"),
        pytest.param(SOUND.replace("ordinal", "ordinary"), 4, "'ordinary' is unknown; it is 'nominal'", id="level"),
        pytest.param(SOUND.replace("level", "levle"), 4, "unknown field 'levle'", id="misspelt field"),
        pytest.param(SOUND + "    scope: page\n", 8, "'page' is unknown", id="scope"),
        pytest.param(SOUND.replace("key: s", "key: o"), 7, "is taken by category 'oppose'", id="colliding keys"),
        pytest.param(SOUND.replace("key: s", "key: z"), 7, "is reserved", id="a reserved key"),
        pytest.param(SOUND.replace("key: s", "key: st"), 7, "a key must be one printable character", id="two letters"),
        pytest.param(SOUND.replace("support", "oppose"), 7, "occurs twice", id="duplicate category"),
        pytest.param(
            SOUND + "  - name: stance\n    level: text\n", 8, "occurs twice; rename one", id="duplicate variable"
        ),
        pytest.param(SOUND + "    when: {tone: calm}\n", 8, "which is not a variable", id="dangling when"),
        pytest.param(SOUND + "    when:\n      stance: oppose\n", 8, "depends on itself", id="cyclic when"),
        pytest.param(SOUND + '    definition: "a\\e[31mb"\n', 8, "contains a control", id="a control character"),
        pytest.param(SOUND + "    definition: a\u202eb\n", 8, "contains a control", id="a direction override"),
        pytest.param(SOUND + "    definition: a\x1bb\n", 8, "not YAML", id="a raw control"),
        pytest.param(SOUND + "    guidance:\n      nested: text\n", 8, "must be text", id="a mapping for a text"),
        pytest.param(SOUND + "    required: perhaps\n", 8, "required", id="neither true nor false"),
        pytest.param(SOUND.replace("name: test", "name: ' test'"), 1, "must not begin or end", id="a blank at the end"),
        pytest.param(SOUND + "    definition: *nowhere\n", 8, "not YAML", id="an alias of nothing"),
    ],
)
def test_a_fault_is_named_at_its_line(text: str, line: int, said: str) -> None:
    found = faults_of(text)

    assert any(at == line and said in what for at, what in found), found


def test_every_fault_is_reported_at_once() -> None:
    text = """\
name: test
variables:
  - name: stance
    level: ordinary
    categories:
      - {name: oppose, key: o}
      - {name: support, key: o}
  - name: type
    categories:
      - {name: fact, key: z}
    when: {tone: calm}
  - level: text
  - name: type
    level: text
    extra: 1
"""

    found = faults_of(text)

    assert [line for line, _ in found] == sorted(line for line, _ in found)
    assert {line for line, _ in found} >= {4, 7, 10, 11, 12, 13, 15}


def test_a_missing_part_is_not_reported_as_another_fault() -> None:
    found = faults_of(SOUND + "  - level: text\n  - level: text\n")

    assert [what for _, what in found] == ["missing: name", "missing: name"]


def test_the_sentence_of_several_faults_is_the_first_and_their_number() -> None:
    with pytest.raises(CodebookError) as caught:
        parse_codebook(SOUND.replace("ordinal", "x").replace("key: s", "key: z"), name="my.yaml")

    assert str(caught.value).startswith("my.yaml:4: ")
    assert str(caught.value).endswith("(and 1 more)")


def test_aliases_that_would_grow_without_end_are_refused_quickly() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12))

    found = faults_of(bomb)

    assert any("too large when its aliases are written out" in what for _, what in found)


def test_an_alias_within_itself_is_refused() -> None:
    assert any("aliases" in what for _, what in faults_of("name: &a\n  b: *a\n"))


@pytest.mark.parametrize("is_json", [True, False])
def test_a_document_nested_too_deeply_is_refused(is_json: bool) -> None:
    assert any("nested too deeply" in what for _, what in faults_of("[" * 5000 + "]" * 5000, is_json=is_json))


def test_a_list_can_be_used_twice() -> None:
    text = """\
name: test
variables:
  - name: frames
    level: set
    categories: &all
      - {name: money}
      - {name: law}
  - name: main
    categories: *all
"""

    codebook = parse_codebook(text)

    assert codebook.variables[0].names == codebook.variables[1].names == ("money", "law")


def test_json_with_tabs_is_read_and_its_faults_have_their_lines() -> None:
    sound = json.dumps(default_codebook().model_dump(mode="json"), indent="\t")
    assert parse_codebook(sound, is_json=True) == default_codebook()

    text = '{\n\t"name":\t"test",\n\t"variables": [\n\t\t{"name": "a", "level": "txet"}\n\t]\n}'
    found = faults_of(text, is_json=True)

    assert [line for line, what in found if "'txet' is unknown" in what] == [4]


def test_broken_json_is_named_at_its_line() -> None:
    assert faults_of('{\n"name": "a",\n"variables": [,]\n}', is_json=True)[0][0] == 3


def test_yaml_is_no_json() -> None:
    assert faults_of(SOUND, is_json=True)[0][1].startswith("not JSON")


@pytest.mark.parametrize("name", ["political-claims", "framing", "checkworthiness", "interview"])
def test_a_codebook_is_the_same_in_yaml_and_in_json(name: str, tmp_path: Path) -> None:
    codebook = load_codebook(ROOT / "schemas" / f"{name}.yaml")
    path = tmp_path / "codebook.json"
    path.write_text(codebook.model_dump_json(indent=2), encoding="utf-8")

    assert load_codebook(path) == codebook


def test_a_file_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "binary.yaml").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    (tmp_path / "large.yaml").write_bytes(b"#" * 5_000_001)

    for name, said in [
        ("nowhere.yaml", "file not found"),
        ("folder.yaml", "file not found"),
        ("binary.yaml", "not UTF-8 text (byte 0)"),
        ("large.yaml", "larger than 5 MB"),
    ]:
        with pytest.raises(CodebookError, match=str(name)) as caught:
            load_codebook(tmp_path / name)
        assert said in str(caught.value)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.encode())

    assert load_codebook(path).name == "test"


def test_a_hostile_file_name_is_made_harmless(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m.yaml"
    path.write_text("- 1\n", encoding="utf-8")

    with pytest.raises(CodebookError) as caught:
        load_codebook(path)

    assert "\x1b" not in str(caught.value)


WORDS = st.sampled_from(
    "name variables level scope key when categories default required ordinal set text ratio statement article o s z"
    " [ ] { } : , - & * ! | > # ' \" \t \n \u0000 \x1b ~ null 1e999 .inf nan true 0x10 ? %YAML --- ... <<".split(" ")
)
YAMLISH = st.lists(WORDS | st.text(max_size=5), max_size=40).map(" ".join)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS
FIELDS = st.sampled_from(
    "name version variables level scope key label when categories default minimum maximum whole guess sticky multiple"
    " warnings say same rules language examples text why retired enabled advance".split()
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS | st.text(max_size=4), inner, max_size=5),
    max_leaves=25,
)


def is_codebook_or_refusal(text: str, *, is_json: bool) -> None:
    """Any other error than a CodebookError fails the test by itself."""
    found: Codebook | tuple[str, ...]
    try:
        found = parse_codebook(text, is_json=is_json)
    except CodebookError as error:
        found = error.faults
    if isinstance(found, tuple):
        assert found
        assert all("\x1b" not in fault and "\n" not in fault for fault in found)


@given(YAMLISH | st.text(max_size=120))
@settings(max_examples=300)
def test_any_text_is_a_codebook_or_a_codebook_error(text: str) -> None:
    is_codebook_or_refusal(text, is_json=False)
    is_codebook_or_refusal(text, is_json=True)


@given(TREES)
@settings(max_examples=300)
def test_any_tree_is_a_codebook_or_a_codebook_error(tree: object) -> None:
    is_codebook_or_refusal(json.dumps(tree), is_json=True)


@given(st.dictionaries(FIELDS, TREES, max_size=6))
@settings(max_examples=200)
def test_any_variable_in_a_codebook_is_sound_or_refused(fields: dict[str, object]) -> None:
    document = {"name": "test", "variables": [{"name": "a", "level": "text"}, fields]}

    is_codebook_or_refusal(json.dumps(document), is_json=True)


@given(st.integers(0, 400), st.sampled_from(["", "x", ":", "- ", "\t", "{", "[", "&a ", "*a ", "\u0085", "\x00"]))
@settings(max_examples=200)
def test_a_codebook_with_one_slip_is_sound_or_refused(at: int, slip: str) -> None:
    text = (ROOT / "schemas" / "checkworthiness.yaml").read_text(encoding="utf-8")
    at = at * len(text) // 400

    is_codebook_or_refusal(text[:at] + slip + text[at + 1 :], is_json=False)

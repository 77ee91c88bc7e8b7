"""Tables of the manual: as many rows as the program has names, and the same ones."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import click
import pytest
from pydantic import BaseModel

from annotator.app.screens.disagreements import Disagreements
from annotator.app.themes import OFFERED
from annotator.cli import group
from annotator.codebook import model
from annotator.codebook.model import RESERVED, Category, Codebook, Variable
from annotator.export import FORMATS
from annotator.importing.column_mapping import Mapping
from annotator.model import Origin, State
from annotator.store import Store
from docs.hooks import BLOCK
from tests.conftest import ROOT, MakeOnce, MakeProject, connect
from tests.docs import givens
from tests.docs.shell import Shell
from tests.docs.test_markdown import PAGES

CODE = re.compile(r"`([^`]+)`")


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def names(page: str, heading: str, column: int = 0) -> list[str]:
    """The names in a column of the first table below a heading."""
    _, found, below = text(page).partition(f"\n{heading}\n")
    assert found, f"{page} has no heading {heading}"
    table = re.search(r"^\|.*\n\|[-|]+\n((?:\|.*\n)+)", below, re.MULTILINE)
    assert table, f"{page} has no table under {heading}"
    return [name for row in table[1].splitlines() for name in CODE.findall(row.split(" | ")[column])]


# the project file


def objects(store: Store, kind: str) -> set[str]:
    connection = connect(store.path)
    try:
        return {name for (name,) in connection.execute("select name from sqlite_master where type = ?", (kind,))}
    finally:
        connection.close()


def test_the_views_of_a_project(make_project: MakeProject) -> None:
    views = objects(make_project("One."), "view")

    assert sorted(names("docs/data.md", "## Views to query")) == sorted(views - {"search_text"})


def test_the_tables_of_a_project(make_project: MakeProject) -> None:
    store = make_project("One.")

    listed = names("docs/data.md", "## Tables")
    named = [name for name in listed if name in objects(store, "table") | objects(store, "view")]
    assert sorted(set(named)) == sorted((objects(store, "table") | {"search_text"}) - {"sqlite_sequence"})


def test_the_states_of_a_paragraph() -> None:
    assert names("docs/data.md", "### States of a paragraph") == list(get_args(State))


def test_the_origins_of_a_label() -> None:
    assert sorted(names("docs/data.md", "### Origins of a label")) == sorted(get_args(Origin))


# exports and imports


@pytest.mark.parametrize(
    ("page", "heading"), [("docs/data.md", "## JSONL"), ("docs/export.md", "## JSONL: everything")]
)
def test_the_files_of_an_export(page: str, heading: str) -> None:
    schemas = {path.name.removesuffix(".schema.json") for path in (ROOT / "schemas").glob("*.schema.json")}

    listed = {name for name in names(page, heading) if name.endswith((".jsonl", ".json"))}
    assert listed == {f"{name}.jsonl" for name in schemas - {"codebook", "soft"}} | {"manifest.json"}


def test_the_formats_of_an_export() -> None:
    assert sorted(set(names("docs/export.md", "## The other formats"))) >= sorted(set(FORMATS) - {"jsonl"})


def test_the_keys_of_a_mapping() -> None:
    page = text("docs/export.md")

    for key in Mapping.model_fields:
        assert re.search(rf"^{key}: |`{key}: |`{key}`", page, re.MULTILINE), f"docs/export.md does not name {key}"


# codebooks and keys


@pytest.mark.parametrize(
    ("heading", "of"),
    [("The codebook", Codebook), ("A variable", Variable), ("A category", Category), ("A warning", model.Warning)],
)
def test_the_fields_of_a_codebook(heading: str, of: type[BaseModel]) -> None:
    assert sorted(names("schemas/README.md", f"### {heading}")) == sorted(of.model_fields)


def test_the_keys_that_a_codebook_cannot_have() -> None:
    row = re.search(r"the screen needs these itself: `0`–`9 ([^`]*)` and the space bar", text("schemas/README.md"))
    assert row

    assert {*"0123456789", " ", *row[1].split()} == RESERVED


def test_the_keys_of_the_disagreement_browser() -> None:
    """Each is named on the page; the arrows and `Esc` are those of every list."""
    _, _, page = BLOCK.sub("", text("docs/agreement.md")).partition("## The disagreement browser")
    named = {key.lower() for key in CODE.findall(page.partition("## One label from many")[0])}
    shown = {"pagedown": "pgdn", "pageup": "pgup", "plus": "+", **{str(n): "1" for n in range(1, 10)}}
    of_lists = {"escape", "q", "space", "j", "k"}

    bindings = [key for one in Disagreements.BINDINGS for key in one.key.split(",")]  # type: ignore[union-attr]
    missing = [key for key in bindings if key not in of_lists and shown.get(key, key).lower() not in named]
    assert missing == []


# settings


def test_the_environment_variables() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "annotator").rglob("*.py")))

    read = set(re.findall(r"[\"'](ANNOTATOR_[A-Z_]+)[\"']", source))
    read.remove("ANNOTATOR_PARENT")  # the server tells its screens which process it is
    assert sorted(names("docs/settings.md", "## Environment variables")) == sorted(read)


def test_variables_on_the_other_pages_exist() -> None:
    named = {name for page in PAGES for name in re.findall(r"\bANNOTATOR_[A-Z_]+", text(page))}
    of_tests = {"ANNOTATOR_TEST_ARTICLES", "ANNOTATOR_POSTGRESQL"}

    assert named - of_tests == set(names("docs/settings.md", "## Environment variables"))


def test_the_themes() -> None:
    themes = [name for name in names("docs/settings.md", "## On the screen") if name.startswith("theme: ")]

    assert themes == [f"theme: {name}" for name in OFFERED]


# commands within sentences


def spans(page: str) -> list[str]:
    """The command lines within the sentences and tables of a page."""
    found = CODE.findall(BLOCK.sub("", text(page)))
    return [one for one in found if one.startswith("annotator ") and "…" not in one and one != "annotator docs PAGE"]


@pytest.mark.parametrize("page", PAGES)
def test_a_command_within_a_sentence_exists_with_its_options(page: str) -> None:
    wrong = [(line, fault) for line in spans(page) if (fault := fault_of(line))]

    assert wrong == []


def fault_of(line: str) -> str:
    """What of a command line the program does not know; nothing if it knows all."""
    command: click.Command = group
    context = click.Context(group, **group.context_settings)  # its names of --help stay with the commands
    known = _options(group, context)
    values = False
    for word in line.split()[1:]:
        is_option, is_value, values = word.startswith("-"), values, False
        if is_option and word.partition("=")[0] not in known:
            return f"no option {word}"
        if is_option:
            values = "=" not in word
        elif isinstance(command, click.Group) and not is_value:
            found = command.get_command(context, word)
            if found is None:
                # A name in capitals stands for a command, or for what a group takes itself.
                return "" if word.isupper() else f"no command {word}"
            command, context = found, click.Context(found, parent=context)
            known |= _options(command, context)
    return ""


def _options(command: click.Command, context: click.Context) -> set[str]:
    return {name for one in command.get_params(context) for name in (*one.opts, *one.secondary_opts)}


@pytest.mark.parametrize("line", ["annotator exprt", "annotator export --nothing", "annotator speakers nobody X"])
def test_an_unknown_command_within_a_sentence_is_found(line: str) -> None:
    assert fault_of(line)


@pytest.mark.parametrize(
    "line", ["annotator export csv --layer gold", "annotator --project x.db log", "annotator FILE"]
)
def test_a_known_command_within_a_sentence_passes(line: str) -> None:
    assert fault_of(line) == ""


# JSON that is described in sentences

DESCRIBED = [
    ("docs/agreement.md", "The JSON has ", "annotator agreement --plan --categories a=.5,b=.5 --json"),
    ("docs/agreement.md", "The JSON is a list with an object a unit: ", "annotator disagreements --as json"),
    (
        "docs/models.md",
        "`--json` has all of this under `model`: ",
        "annotator agreement --from labels.csv --level nominal --model cleo --json",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("page", "begins", "line"), DESCRIBED, ids=["plan", "disagreements", "model"])
def test_the_keys_of_json_that_a_sentence_lists(
    page: str, begins: str, line: str, tmp_path: Path, make_once: MakeOnce
) -> None:
    _, _, below = text(page).partition(begins)
    givens.put("coded", tmp_path, make_once)
    givens.put("labels", tmp_path, make_once)

    code, said = Shell(tmp_path).run(f"{line} > found.json")

    assert code == 0, said
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    one = found[0] if isinstance(found, list) else found.get("model", found)
    assert [key for key in one if f"`{key}`" not in below.partition("\n## ")[0]] == []

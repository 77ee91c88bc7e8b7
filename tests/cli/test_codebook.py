"""`annotator codebook`: what it shows, what it asks, and what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.cli import run
from annotator.codebook.file import load_codebook, parse_codebook
from annotator.codebook.model import Codebook
from annotator.codebook.rendering import as_text, as_yaml, template
from annotator.files.shipped import shipped
from annotator.store import Store
from tests.conftest import MakeProject

SMALL = """\
name: harbour
version: "1.0"
variables:
  - name: stance
    level: ordinal
    categories:
      - {name: oppose, key: o, definition: "Against it, in words."}
      - {name: neutral, key: n}
      - {name: support, key: s}
"""


@pytest.fixture
def store(make_project: MakeProject) -> Store:
    made = make_project("One.\nTwo.\n", codebook=parse_codebook(SMALL))
    for paragraph, value in ((1, "oppose"), (2, "neutral")):
        with made.coding("ada").step("label", paragraph) as step:
            step.label(step.add_statement(None), "stance", value)
    return made


def codebook(store: Store, *arguments: str) -> int:
    return run(["--project", str(store.path), "codebook", *arguments])


def write(folder: Path, text: str) -> str:
    path = folder / "next.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", ["political-claims", "framing", "checkworthiness", "interview"])
def test_a_codebook_written_as_yaml_reads_back_as_itself(name: str) -> None:
    codebook = parse_codebook(shipped(f"schemas/{name}.yaml"))

    assert parse_codebook(as_yaml(codebook)) == codebook


def test_hostile_names_survive_yaml_too() -> None:
    names = ["no", "1.0", "null", "~", "yes: no", "- x", "# y", "“q” 'r' \"s\"", "é\u00a0ü", "[a]"]
    codebook = Codebook.model_validate(
        {"name": "x", "variables": [{"name": "v", "categories": [{"name": n, "use": f"a\n b {n}\n"} for n in names]}]}
    )

    assert parse_codebook(as_yaml(codebook)) == codebook


def test_show_prints_the_codebook_and_one_variable_with_its_rules(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert codebook(store, "show") == 0
    assert codebook(store, "show", "stance") == 0

    out = capsys.readouterr().out
    assert out.startswith("harbour 1.0\n\nstance (statement, ordinal)\n  o oppose\n")
    assert "      Against it, in words." in out


def test_show_of_an_unknown_variable_or_version_is_wrong_usage(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert codebook(store, "show", "never") == 2
    assert codebook(store, "show", "--version", "9") == 2
    assert "it has stance" in capsys.readouterr().err


def test_the_new_codebook_has_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["codebook", "new", str(tmp_path / "my book.yaml")]) == 0
    assert load_codebook(tmp_path / "my book.yaml").name == "my-book"
    assert run(["codebook", "new", str(tmp_path / "my book.yaml")]) == 1
    assert "exists already" in capsys.readouterr().err
    assert as_text(parse_codebook(template("x"))).startswith("x 1.0: What this codebook codes")


def test_apply_says_what_each_change_does_and_a_dry_run_does_nothing(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, SMALL.replace("oppose", "against").replace("1.0", "1.1"))

    assert codebook(store, "apply", file, "--dry-run") == 0

    said = capsys.readouterr()
    assert said.out == "stance: oppose → against (1 label)\n"
    assert "Nothing was changed" in said.err
    assert store.codebooks.current().version == "1.0"


def test_apply_without_a_terminal_wants_a_yes(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, SMALL.replace("oppose", "against").replace("1.0", "1.1"))

    assert codebook(store, "apply", file) == 2
    assert "--yes" in capsys.readouterr().err
    assert codebook(store, "apply", file, "--yes") == 0

    assert [s.labels["stance"].value for s in store.coding("ada").statements(1)] == ["against"]
    assert store.codebooks.current().version == "1.1"
    assert list(tmp_path.glob("*.backups/*before-codebook-change.db"))


def test_apply_shows_the_choices_and_changes_nothing_until_they_are_made(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, SMALL.replace('{name: oppose, key: o, definition: "Against it, in words."}', "{name: no}"))

    assert codebook(store, "apply", file, "--yes") == 1
    said = capsys.readouterr()
    assert "undecided: stance: 'oppose' disappeared and 'no' appeared" in said.out
    assert "--rename stance/oppose=no" in said.out
    assert "1 decision is needed first" in said.err
    assert codebook(store, "apply", file, "--yes", "--split", "stance/oppose=no") == 1
    assert "is not a split" in capsys.readouterr().err
    assert codebook(store, "apply", file, "--yes", "--rename", "stance/oppose=no") == 0
    assert [s.labels["stance"].value for s in store.coding("ada").statements(1)] == ["no"]


def test_apply_of_a_file_with_colliding_keys_names_both_places_and_changes_nothing(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, SMALL.replace("key: n", "key: s").replace("neutral", "silent"))

    assert codebook(store, "apply", file, "--yes") == 1

    assert "key 's' is taken by category 'silent'" in capsys.readouterr().err
    assert store.codebooks.current().version == "1.0"


def test_history_and_undo(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    codebook(store, "apply", write(tmp_path, SMALL.replace("oppose", "against").replace("1.0", "1.1")), "--yes")
    capsys.readouterr()

    assert codebook(store, "history", "--json") == 0
    versions = json.loads(capsys.readouterr().out)
    assert [(v["version"], v["is_in_force"], v["n_labels"]) for v in versions] == [("1.0", False, 2), ("1.1", True, 0)]
    assert versions[1]["words"] == ["stance: oppose → against"]
    assert codebook(store, "undo", "--yes") == 0
    assert store.codebooks.current().version == "1.0"
    assert codebook(store, "undo", "--yes") == 1
    assert "there is no earlier one" in capsys.readouterr().err


def test_diff_compares_two_files_without_a_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = tmp_path / "old.yaml"
    old.write_text(SMALL, encoding="utf-8")

    assert run(["codebook", "diff", str(old), write(tmp_path, SMALL.replace("oppose", "against"))]) == 0

    assert capsys.readouterr().out == "stance: oppose → against\n"


def test_a_codebook_of_no_variable_is_refused_and_one_of_three_hundred_is_applied(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    none = SMALL.split("variables:", maxsplit=1)[0] + "variables: []\n"
    many = SMALL + "".join(f"  - {{name: v{i}, level: text}}\n" for i in range(299))

    assert codebook(store, "apply", write(tmp_path, none), "--yes") == 1
    assert "at least one variable" in capsys.readouterr().err
    assert codebook(store, "apply", write(tmp_path, many), "--yes") == 0

    assert len(store.codebooks.current().variables) == 300
    assert store.connection.one("select stance, v298 from v_statements limit 1") == ("oppose", None)
    assert codebook(store, "apply", write(tmp_path, SMALL.replace('"1.0"', '"3"')), "--yes") == 0
    assert len(store.codebooks.current().asked("statement")) == 1


def test_a_new_codebook_has_every_kind_of_variable_and_its_schema_beside_it(tmp_path: Path) -> None:
    assert run(["codebook", "new", str(tmp_path / "mine.yaml")]) == 0
    codebook = load_codebook(tmp_path / "mine.yaml")

    assert {variable.level for variable in codebook.variables} >= {
        "entity",
        "ordinal",
        "nominal",
        "interval",
        "set",
        "text",
    }
    assert {variable.scope for variable in codebook.variables} == {"statement", "paragraph", "article"}
    assert any(variable.when for variable in codebook.variables)
    assert any(above for variable in codebook.variables for _, above in variable.walk())
    assert json.loads((tmp_path / "codebook.schema.json").read_text(encoding="utf-8"))["title"] == "annotator codebook"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("min: 0", "unknown field 'min'; did you mean 'minimum'?"),
        ("options: [a]", "unknown field 'options'; did you mean 'categories'?"),
        ("requierd: true", "unknown field 'requierd'; did you mean 'required'?"),
        ("required: maybe", "required: must be true or false, not 'maybe'"),
        ("minimum: low", "minimum: must be a number, not 'low'"),
        ("categories: a, b", "categories: must be a list, not 'a, b'"),
        (
            "when: always",
            "when: must be a mapping of variables to categories, as in {stance: [oppose, support]}, not 'always'",
        ),
    ],
)
def test_a_faulty_field_is_told_in_the_words_of_the_codebook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, fault: str
) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(f"name: c\nvariables:\n  - name: n\n    level: interval\n    {line}\n", encoding="utf-8")

    assert run(["codebook", "check", str(path)]) == 1
    assert f"{path}:5: {fault}" in capsys.readouterr().out

"""A model is a coder with its version, prompt, temperature and date; its codings are frozen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from annotator.cli import run
from annotator.model import ModelRun
from annotator.store import Store
from annotator.store.history.replay import rebuild
from annotator.store.merge.merge import merge
from annotator.store.rescue.doctor import examine
from annotator.store.tables.json_values import loaded
from annotator.store.tables.study.model_runs import model_run
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code

Import = Callable[..., tuple[int, str]]
STAMP = ("--model-version", "2026-01", "--temperature", "0", "--model-date", "2026-11-01")


@pytest.fixture
def store(make_project: MakeProject) -> Store:
    return make_project("One paragraph.\nAnother one.", codebook=CODEBOOK)


@pytest.fixture
def import_rows(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Import:
    """A function that imports the stances of the two paragraphs."""
    article_id = store.connection.all("select article_id from articles")[0][0]

    def call(stances: tuple[str, str], *options: str, coder: str = "gpt") -> tuple[int, str]:
        rows = [
            {"article_id": article_id, "paragraph": i, "coder": coder, "stance": one} for i, one in enumerate(stances)
        ]
        path = tmp_path / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        code = run(["--project", str(store.path), "import", str(path), *options])
        return code, " ".join(capsys.readouterr().err.split())

    return call


def stances(store: Store, coder: str) -> list[str]:
    sql = "select value from labels l join statements s on s.id = l.statement join coders c on c.id = s.coder"
    rows = store.connection.all(f"{sql} where c.name = ? and variable = 'stance' order by s.paragraph", (coder,))
    return [str(loaded(value)) for (value,) in rows]


def coders(store: Store) -> dict[str, str]:
    return {one.name: one.kind for one in store.coders()}


def test_what_a_model_was_made_with_is_recorded_and_exported(store: Store, import_rows: Import, tmp_path: Path) -> None:
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("Name the stance.", encoding="utf-8")

    code, said = import_rows(("oppose", "support"), "--as", "model", *STAMP, "--prompt", str(prompt))

    digest = sha256(b"Name the stance.").hexdigest()
    assert (code, "not recorded" in said) == (0, False)
    assert model_run(store.connection, "gpt") == ModelRun(
        version="2026-01", prompt_sha256=digest, temperature=0.0, date="2026-11-01"
    )
    assert run(["--project", str(store.path), "export", "jsonl", "--out", str(tmp_path / "out")]) == 0
    (line,) = (tmp_path / "out" / "coders.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["model"] == {
        "version": "2026-01",
        "prompt_sha256": digest,
        "temperature": 0.0,
        "date": "2026-11-01",
    }


def test_what_is_missing_is_said_with_the_options_that_record_it(store: Store, import_rows: Import) -> None:
    _, said = import_rows(("oppose", "support"), "--as", "model")
    _, later = import_rows(("oppose", "support"), "--as", "model", *STAMP)

    assert "not recorded for the model gpt: version, prompt, temperature and date" in said
    assert "--model-version, --prompt FILE, --temperature, --model-date" in said
    assert "not recorded for the model gpt: prompt;" in later
    assert coders(store) == {"gpt": "model"}
    found = model_run(store.connection, "gpt")
    assert found is not None
    assert (found.version, found.missing) == ("2026-01", ("prompt",))


def test_other_labels_under_the_same_name_are_a_new_run(store: Store, import_rows: Import) -> None:
    import_rows(("oppose", "support"), "--as", "model", *STAMP)

    code, said = import_rows(("oppose", "oppose"), "--as", "model", *STAMP)

    assert code == 0
    assert (
        "gpt has codings already, and a model's codings are frozen: these labels are another run, gpt (run 2)" in said
    )
    assert stances(store, "gpt") == ["oppose", "support"]
    assert stances(store, "gpt (run 2)") == ["oppose", "oppose"]
    assert coders(store) == {"gpt": "model", "gpt (run 2)": "model"}


def test_another_temperature_is_a_new_run_even_with_the_same_labels(store: Store, import_rows: Import) -> None:
    import_rows(("oppose", "support"), "--as", "model", *STAMP)

    import_rows(("oppose", "support"), "--as", "model", "--temperature", ".7")

    assert list(coders(store)) == ["gpt", "gpt (run 2)"]


def test_importing_any_run_again_changes_nothing(store: Store, import_rows: Import) -> None:
    for _ in range(2):
        for labels in (("oppose", "support"), ("support", "support"), ("oppose", "oppose")):
            import_rows(labels, "--as", "model")

    assert list(coders(store)) == ["gpt", "gpt (run 2)", "gpt (run 3)"]
    assert stances(store, "gpt (run 3)") == ["oppose", "oppose"]
    _, said = import_rows(("support", "support"), "--as", "model")
    assert said.endswith("There was nothing new.")


def test_rows_of_a_known_model_cannot_change_it_without_as_model_or_by_replace(
    store: Store, import_rows: Import
) -> None:
    import_rows(("oppose", "support"), "--as", "model")

    import_rows(("oppose", "oppose"), "--replace")

    assert stances(store, "gpt") == ["oppose", "support"]


def test_a_person_is_not_a_model(store: Store, import_rows: Import) -> None:
    code, said = import_rows(("oppose", "support"), *STAMP, coder="kim")

    assert code == 2
    assert "describe a model: add --as model" in said
    assert coders(store) == {}


def test_a_persons_rows_are_corrected_as_before(store: Store, import_rows: Import) -> None:
    import_rows(("oppose", "support"), coder="kim")
    import_rows(("oppose", "oppose"), "--replace", coder="kim")

    assert coders(store) == {"kim": "human"}
    assert stances(store, "kim")[-1] == "oppose"


def test_the_record_travels_in_merges_exports_and_survives_a_rebuild(
    store: Store, import_rows: Import, tmp_path: Path, make_project: MakeProject
) -> None:
    empty = tmp_path / "other.db"
    shutil.copy(store.path, empty)
    import_rows(("oppose", "support"), "--as", "model", *STAMP)
    expected = model_run(store.connection, "gpt")
    run(["--project", str(store.path), "export", "jsonl", "--out", str(tmp_path / "out")])

    with Store(empty) as other:
        merge(other, [store.path])
        assert model_run(other.connection, "gpt") == expected
    assert examine(empty).is_sound
    again = make_project(codebook=CODEBOOK, name="again.db")
    assert run(["--project", str(again.path), "import", str(tmp_path / "out")]) == 0
    assert model_run(again.connection, "gpt") == expected
    with store.connection.write():
        rebuild(store.connection)
    assert model_run(store.connection, "gpt") == expected
    assert expected is not None


def test_an_undone_import_takes_the_record_back(store: Store, import_rows: Import) -> None:
    import_rows(("oppose", "support"), "--as", "model", *STAMP)

    run(["--project", str(store.path), "import", "--undo", "--yes"])

    with Store(store.path) as found:
        assert model_run(found.connection, "gpt") is None
        assert coders(found) == {}


def test_the_words_of_a_run_name_what_is_known() -> None:
    whole: dict[str, Any] = {"version": "2", "prompt_sha256": "ab" * 32, "temperature": 0.7, "date": "2026-03-01"}

    assert ModelRun(**whole).words == "version 2, prompt abababababab, temperature 0.7, made on 2026-03-01"
    assert (ModelRun().words, ModelRun(version="2").agrees(ModelRun(**whole))) == ("", True)
    assert not ModelRun(version="3").agrees(ModelRun(**whole))


def test_the_tables_say_which_coders_are_models(store: Store, import_rows: Import, tmp_path: Path) -> None:
    import_rows(("support", "oppose"), "--as", "model", *STAMP)
    code(store, "ada", 1, Said({"stance": "support"}))
    assert run(["--project", str(store.path), "export", "csv", "--out", str(tmp_path / "out")]) == 0

    assert (tmp_path / "out" / "coders.csv").read_text(encoding="utf-8").splitlines() == [
        '"coder","kind","recheck_of","model_version","model_date"',
        '"ada","human","","",""',
        '"gpt","model","","2026-01","2026-11-01"',
    ]

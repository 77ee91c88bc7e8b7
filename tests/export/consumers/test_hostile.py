from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from annotator.store import Store

from .. import hostile  # noqa: TID252 (tests are no installed package)
from ..test_hostile import export, statements  # noqa: TID252 (tests are no installed package)
from .conftest import consumer

pytestmark = pytest.mark.filterwarnings("ignore")  # the warnings of other packages are not ours


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile.make(tmp_path_factory.mktemp("hostile") / "hostile.db")


def ids(column: Any) -> Counter[str]:
    return Counter(str(each) for each in column)


def test_pandas_and_duckdb_read_every_row_of_csv_and_parquet(project: Path, tmp_path: Path) -> None:
    pd, duckdb = consumer("pandas"), consumer("duckdb")
    consumer("pyarrow")
    table, parquet = export("csv", project, tmp_path / "csv"), export("parquet", project, tmp_path / "parquet")
    made = statements(project)

    frame = pd.read_csv(table / "statements.csv", keep_default_na=False)
    assert ids(frame["statement_id"]) == Counter(made.keys())
    again = pd.read_parquet(parquet / "statements.parquet")
    assert ids(again["statement_id"]) == Counter(made.keys())
    for row in again.itertuples():
        assert (None if pd.isna(row.evidence) else row.evidence) == made[row.statement_id]["evidence"]
        assert list(row.speakers) == made[row.statement_id]["speakers"]
    for path in (table / "statements.csv", parquet / "statements.parquet"):
        (found,) = duckdb.sql(f"select count(distinct statement_id), count(*) from '{path}'").fetchall()
        assert found == (len(made), len(made))


def test_datasets_loads_every_row(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = consumer("datasets")
    out = export("hf", project, tmp_path / "out")

    loaded = datasets.load_dataset(str(out / "hf"), cache_dir=str(tmp_path / "cache"))

    assert sum((ids(split["statement_id"]) for split in loaded.values()), Counter()) == Counter(
        statements(project).keys()
    )


def test_label_studio_accepts_every_annotation(project: Path, tmp_path: Path) -> None:
    interface = consumer("label_studio_sdk.label_interface")
    out = export("labelstudio", project, tmp_path)
    tasks = json.loads((out / "labelstudio.json").read_text(encoding="utf-8"))

    config = interface.LabelInterface((out / "labelstudio.xml").read_text(encoding="utf-8"))

    annotations = [a for task in tasks for a in task["annotations"]]
    assert len(annotations) > 10
    assert [a["id"] for a in annotations if not config.validate_annotation(a)] == []


def test_argilla_builds_every_record(project: Path, tmp_path: Path) -> None:
    rg = consumer("argilla")
    out = export("argilla", project, tmp_path)

    lines = (out / "argilla.jsonl").read_text(encoding="utf-8").split("\n")
    records = [rg.Record.from_dict(json.loads(line)) for line in lines if line]

    assert ids(record.id for record in records) == Counter(statements(project).keys())


def test_networkx_reads_every_graph(project: Path, tmp_path: Path) -> None:
    nx = consumer("networkx")
    out = export("network", project, tmp_path) / "network"

    paths = sorted(out.glob("*.graphml"))
    assert len(paths) == 4
    for path in paths:
        graph, same = nx.read_graphml(path), nx.read_gexf(path.with_suffix(".gexf"))
        assert dict(graph.nodes(data="label")) == dict(same.nodes(data="label"))
        assert {frozenset(edge) for edge in graph.edges} == {frozenset(edge) for edge in same.edges}
    graph = nx.read_graphml(out / "speakers-targets.graphml")
    weight = sum(n for *_, n in graph.edges(data="weight"))
    with Store(project, read_only=True) as store:
        people = {
            name
            for (name,) in store.connection.all("select name from coders where kind = 'human' and recheck_of is null")
        }
    # The graphs show what people said; suggestions, models and second codings stand in the table of edges.
    made = [one for one in statements(project).values() if one["coder"] in people]
    assert weight == sum(len(one["speakers"]) for one in made if "target" in one["labels"])
    assert {label for _, label in graph.nodes(data="label")} >= set(hostile.SPEAKERS)

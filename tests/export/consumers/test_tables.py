from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from annotator.cli import group
from annotator.export.formats.hf import split_of
from annotator.reports.aggregate import aggregate
from annotator.store import Store
from annotator.store.changes.aggregation import Aggregations

from ..conftest import CODEBOOK  # noqa: TID252 (tests are no installed package)
from ..test_jsonl import export as export_jsonl  # noqa: TID252 (tests are no installed package)
from ..test_jsonl import rows  # noqa: TID252 (tests are no installed package)
from .conftest import Export, consumer


def extra_codings(store: Store) -> None:
    """More statements of both coders in the second article, so that there is something to agree on."""
    for coder, stances in (("ada", ("oppose", "support")), ("ben", ("oppose", "neutral"))):
        coding = store.coding(coder)
        for paragraph, stance in zip((5, 6), stances, strict=True):
            with coding.step("statement", paragraph) as step:
                one = step.add_statement(None)
                step.set_speakers(one, [("journalist", None)])
                step.label(one, "stance", stance)
                step.label(one, "claim_type", "fact")
                step.label(one, "strength", float(len(stance)))
                step.review(state="coded")


pytestmark = pytest.mark.filterwarnings("ignore")  # the warnings of other packages are not ours


def test_pandas_reads_every_csv_as_it_was_written(export: Export, project: Path, tmp_path: Path) -> None:
    pd = consumer("pandas")
    out = export("csv")

    frame = pd.read_csv(out / "statements.csv")

    expected = rows(export_jsonl(project, tmp_path / "jsonl") / "statements.jsonl")
    assert list(frame.columns) == list(expected[0])
    assert frame["statement_id"].tolist() == [row["statement_id"] for row in expected]
    assert frame["stance"].tolist()[0] == "oppose"
    assert frame["strength"].tolist()[0] == 0.1 + 0.2
    assert frame["evidence_start"].dropna().tolist() == [
        r["evidence_start"] for r in expected if r["evidence_start"] is not None
    ]
    assert len(pd.read_csv(out / "labels.csv")) == sum(
        row[name] is not None for row in expected for name in list(expected[0])[9:15]
    )
    assert len(pd.read_csv(out / "paragraphs.csv")) == 10


def test_duckdb_reads_csv_and_parquet_alike(export: Export) -> None:
    duckdb = consumer("duckdb")
    consumer("pyarrow")
    out, parquet = export("csv"), export("parquet")
    query = "select stance, count(*) from '{}' where coder = 'ada' group by all order by all"

    found = [
        duckdb.sql(query.format(path)).fetchall() for path in (out / "statements.csv", parquet / "statements.parquet")
    ]

    assert found[0] == found[1] == [("neutral", 1), ("oppose", 1), (None, 1)]


def test_pyarrow_reads_parquet_with_categories_and_codebook(export: Export, project: Path, tmp_path: Path) -> None:
    consumer("pyarrow")
    pq, pa = consumer("pyarrow.parquet"), consumer("pyarrow")
    out = export("parquet")

    table = pq.read_table(out / "statements.parquet")

    expected = rows(export_jsonl(project, tmp_path / "jsonl") / "statements.jsonl")
    assert pa.types.is_dictionary(table.schema.field("stance").type)
    assert json.loads(table.schema.metadata[b"codebook"])["name"] == CODEBOOK.name
    read = table.to_pylist()
    for name in ("statement_id", "speakers", "stance", "issues", "strength", "frame", "evidence", "note", "flag"):
        assert [row[name] for row in read] == [row[name] for row in expected], name


def test_pandas_reads_parquet(export: Export) -> None:
    pd = consumer("pandas")
    consumer("pyarrow")

    frame = pd.read_parquet(export("parquet") / "statements.parquet")

    assert str(frame["stance"].dtype) == "category"
    assert str(frame["created_at"].dt.tz) == "UTC"


def test_datasets_loads_the_folder_with_class_labels(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = consumer("datasets")
    out = export("hf")

    loaded = datasets.load_dataset(str(out / "hf"), cache_dir=str(tmp_path / "cache"))

    (split,) = loaded
    assert loaded[split].num_rows == 6
    stance = loaded[split].features["stance"]
    assert stance.names == ["oppose", "neutral", "support", "unclear"]
    assert stance.int2str(loaded[split][0]["stance"]) == "oppose"
    assert loaded[split][0]["speakers"] == ["Ása Brandt"]
    assert loaded[split][0]["issues"] == ["jobs", "sea|fish"]
    assert split == split_of(loaded[split][0]["article_id"])


def test_datasets_loads_jsonl(export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    datasets = consumer("datasets")
    out = export("jsonl")

    loaded = datasets.load_dataset(
        "json", data_files=str(out / "statements.jsonl"), cache_dir=str(tmp_path / "cache"), split="train"
    )

    assert loaded.num_rows == 6


def test_every_row_fits_its_json_schema(export: Export, project_with_units: Path) -> None:
    jsonschema = consumer("jsonschema")
    with Store(project_with_units) as store:
        Aggregations(store).put(aggregate(store), "lead")
    whole, layer = export("jsonl", project_with_units), export("jsonl", project_with_units, layer="aggregate")

    for path in (*whole.glob("*.jsonl"), *layer.glob("*.jsonl")):
        schema = Path(__file__).parents[3] / "schemas" / f"{path.stem}.schema.json"
        validator = jsonschema.Draft202012Validator(json.loads(schema.read_text()))
        for row in rows(path):
            validator.validate(row)


def test_networkx_reads_graphml_and_gexf(export: Export) -> None:
    nx = consumer("networkx")
    out = export("network", coders=("ada",)) / "network"

    graph = nx.read_graphml(out / "speakers-targets.graphml")
    same = nx.read_gexf(out / "speakers-targets.gexf")

    edge = ("speaker:Ása Brandt", "target:the harbour")
    assert set(graph.edges) == {edge}
    assert graph.edges[edge]["weight"] == 1
    assert graph.edges[edge]["sign"] == -1
    assert graph.nodes[edge[0]] == {"label": "Ása Brandt", "kind": "speaker"}
    assert same.edges[edge]["sign"] == -1
    assert nx.read_graphml(out / "speakers-targets-2031-04.graphml").number_of_edges() == 1


def test_krippendorff_gives_the_alpha_that_we_print(project: Path, tmp_path: Path) -> None:
    krippendorff, np = consumer("krippendorff"), consumer("numpy")
    out = tmp_path / "out"
    with Store(project) as store:
        extra_codings(store)
    result = CliRunner().invoke(group, ["--project", str(project), "export", "matrix", "--out", str(out)])
    assert result.exit_code == 0, result.output
    matrices = json.loads((out / "matrix.manifest.json").read_text())["matrices"]

    checked = 0
    for name, matrix in matrices.items():
        if matrix["level"] == "set" or matrix["krippendorff_alpha"] is None:
            continue
        lines = (out / "matrix" / f"{name}.recal.csv").read_text().split()
        cells = [[float("nan") if cell == "#" else float(cell) for cell in line.split(",")] for line in lines]
        alpha = krippendorff.alpha(
            reliability_data=np.array(cells).T,
            level_of_measurement=matrix["level"],
            value_domain=sorted(map(float, matrix["codes"])),
        )
        assert alpha == pytest.approx(matrix["krippendorff_alpha"], abs=1e-12), name
        checked += 1
    assert checked >= 3

from __future__ import annotations

from pathlib import Path

from annotator.export.json_schemas import documents
from annotator.jsonl_lines import LINES

from .test_jsonl import export, rows

SCHEMAS = Path(__file__).parents[2] / "schemas"


def test_the_schemas_are_what_the_models_say() -> None:
    written = {name: (SCHEMAS / name).read_text(encoding="utf-8") for name in documents()}

    assert written == documents(), "run: python -m annotator.export.json_schemas schemas"


def test_every_row_of_an_export_is_one_that_its_model_allows(project_with_units: Path, tmp_path: Path) -> None:
    out = export(project_with_units, tmp_path / "out")

    for name, model in LINES.items():
        for row in rows(out / f"{name}.jsonl"):
            model.model_validate(row)

from __future__ import annotations

from pathlib import Path

from annotator.store import Store
from annotator.store.read.json_sql import exact, filled
from annotator.store.read.line_cells import Known
from annotator.store.read.line_texts import LARGE

from .conftest import CODEBOOK, article


def test_what_is_remembered_never_fills_the_memory() -> None:
    known = Known[int]()

    for i in range(20_000):
        known.remember(f"{i:0900}", i)
    known.remember("x" * 1_001, 0)

    assert sum(map(len, known)) <= 2_000_000
    assert known[f"{19_999:0900}"] == 19_999
    assert "x" * 1_001 not in known


def test_a_template_is_filled_in_by_sql_and_real_numbers_are_exact(tmp_path: Path) -> None:
    with Store.create(tmp_path / "p.db", CODEBOOK) as store:
        c = store.connection

        line = filled("it's ⟨1 + 1⟩, ⟨'“x”'⟩")
        assert c.one(f"select {line}") == ("it's 2, “x”",)
        column = exact(c, "v")
        values = "select 0.1 + 0.2 as v union all select 1e22 union all select 7 union all select '0.5'"
        (lists,) = c.one(f"select json_group_array({column}) from ({values})") or ("",)
        assert lists == '[0.30000000000000004,1.0e+22,7,"0.5"]'


def test_lines_with_very_long_texts_are_handed_on_one_by_one(tmp_path: Path) -> None:
    text = "".join(f"{i} {'x' * LARGE}\n" for i in range(4))
    with Store.create(tmp_path / "p.db", CODEBOOK, [article("long", text)]) as store:
        for paragraph in store.articles.paragraphs(1):
            with store.coding("ada").step("statement", paragraph.id) as step:
                step.add_statement((paragraph.start, paragraph.end))
        with store.records() as records:
            lines = records.lines()
            n_rows = [batch.rows.rows for batch in lines.statements(1, 1)]
            n_paragraphs = [chunk.rows for chunk in lines.paragraphs()]

    assert n_rows == n_paragraphs == [1, 1, 1, 1, 0]

"""Tables of many rows: printed line by line, they look as rich prints them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from annotator.cli.tables import _lines, _table, print_table
from tests.timing import processor_seconds

CELLS = st.text(st.sampled_from("ab Åß界é́–0-·\u200b"), max_size=12)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=6)))
def test_lines_are_those_of_rich(rows: list[list[str]]) -> None:
    columns = ["when", "ä", "的", "a step"][: len(rows[0])]
    numbers = [i % 2 == 1 for i in range(len(columns))]
    console = Console(width=200, markup=False, highlight=False, emoji=False)
    with console.capture() as capture:
        console.print(_table(columns, rows, numbers))

    lines = _lines(columns, rows, numbers, 200)

    assert lines is None or "\n".join([*lines, ""]) == capture.get()
    assert (lines is None) == any(not cell.isprintable() for row in rows for cell in row)


def test_a_table_that_is_too_wide_is_left_to_rich() -> None:
    assert _lines(["a", "b"], [["x" * 60, "y" * 60]], [False, False], 120) is None
    assert _lines(["a", "b"], [["x" * 60, "y" * 55]], [False, False], 120) is not None


def test_five_thousand_rows_take_a_fraction_of_a_second(capsys) -> None:  # type: ignore[no-untyped-def]
    rows = [[f"Speaker {i}", "person", "", "", f"S. {i}", ""] for i in range(5000)]

    assert processor_seconds(lambda: print_table(["name", "type", "a", "b", "aliases", "state"], rows), 3) < 0.4
    assert capsys.readouterr().out.count("\n") == 3 * 5004

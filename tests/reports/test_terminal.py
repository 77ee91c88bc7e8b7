"""Reports in a window: nothing is lost at 80 columns, and colour is never the only sign."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from annotator.reports.render.terminal import print_blocks
from annotator.reports.words.blocks import Bar, Bars, Block, Chart, Heading, HeatMap, Point, Prose, Table


def printed(block: Block, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, markup=False, highlight=False, emoji=False, color_system=None)
    print_blocks([block], console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_every_cell_of_a_table_is_there_at_any_width(width: int) -> None:
    columns = ("coders", "paragraphs", "matched", "only first", "only second", "neither", "F1", "95 % CI", "presence α")
    row = ("ada and ben", "1099", "1071", "1012", "1013", "1045", ".850", "[−.79, .90]", "−.634")

    shown = printed(Table("", columns, (row,), frozenset(range(1, 9))), width)

    assert all(number in shown for number in row[1:])
    assert all(word in shown for word in row[0].split())
    assert max(map(len, shown.splitlines())) <= width


def test_verdicts_are_short_in_a_narrow_window_and_whole_in_a_wide_one() -> None:
    table = Table("", ("", "verdict"), (("stance", "not reliable (< .667)"), ("kind", "reliable (≥ .800)")))

    assert "(< .667)" not in printed(table, 80)
    assert "not reliable" in printed(table, 80)
    assert "not reliable (< .667)" in printed(table, 120)

    thin = Table("", ("", "verdict"), (("stance", "tentative (.667 and .800 inside the interval), only 3 units"),))
    assert "tentative, only 3 units" in printed(thin, 80)
    assert "tentative (.667 and .800 inside the interval), only 3 units" in printed(thin, 120)


def test_a_value_is_a_dot_on_its_interval_between_the_two_limits() -> None:
    shown = printed(
        Chart("α", (Point("stance", 0.5, 0.3, 0.9, ".500 [.30, .90]"), Point("none", None, None, None, "–")))
    )

    line = next(line for line in shown.splitlines() if line.startswith("stance"))
    bar = line[len("stance  ") :]
    assert bar.index("─") < bar.index("●") < bar.rindex("─")
    assert "●" not in next(line for line in shown.splitlines() if line.startswith("none"))


def test_shares_are_bars_of_their_length() -> None:
    shown = printed(Bars("used", (Bar("a", 0.5, "5"), Bar("b", 1.0, "10"))))

    lengths = [line.count("█") for line in shown.splitlines() if "█" in line]
    assert lengths == [15, 30]


def test_a_confusion_matrix_has_signs_besides_colour() -> None:
    shown = printed(HeatMap("Confusion", "ada", "ben", ("x", "y"), ((8.0, 0.0), (2.0, 4.0))))

    assert "[8]█" in shown
    assert "[4]▒" in shown or "[4]▓" in shown
    assert "2 ░" in shown or "2 ·" in shown


def test_a_large_confusion_matrix_is_left_to_wider_forms() -> None:
    names = tuple(f"category {i}" for i in range(14))
    heat = HeatMap("Confusion", "ada", "ben", names, tuple((0.0,) * 14 for _ in names))

    assert "14 categories are too many for this window" in printed(heat, 80)
    assert "category 3"[:9] in printed(heat, 160)


def test_a_warning_begins_with_a_sign_and_controls_are_shown_harmlessly() -> None:
    assert printed(Prose("Few units.", is_warning=True)).startswith("! Few units.")
    assert "␛[31m" in printed(Heading("\x1b[31mred"))
    assert "␛" in printed(Table("", ("a",), (("\x1b[2J",),)))

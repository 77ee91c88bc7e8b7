"""Labels from files: rows or a matrix, and every fault with its line."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.agreement import ReliabilityData, krippendorff_alpha
from annotator.errors import AgreementError
from annotator.reports.file_report import file_report
from annotator.reports.label_files.delimited import BadFileError
from annotator.reports.label_files.label_file import LabelFile, Options, read_label_file

GOOD = "unit,coder,label\nu1,a,oppose\nu1,b,oppose\nu2,a,support\nu2,b,oppose\nu3,a,support\nu3,b,support\n"
STANCES = ("oppose", "neutral", "support")


def read(
    text: str | bytes, level: str = "nominal", categories: tuple[str, ...] | None = None, **more: object
) -> LabelFile[ReliabilityData]:
    raw = text if isinstance(text, bytes) else text.encode()
    return read_label_file(raw, "labels.csv", Options(level, categories, **more))  # type: ignore[arg-type]


def faults(
    text: str | bytes, level: str = "nominal", categories: tuple[str, ...] | None = None, **more: object
) -> list[str]:
    with pytest.raises(BadFileError) as caught:
        read(text, level, categories, **more)
    return [str(fault) for fault in caught.value.faults] or [str(caught.value)]


def test_rows_of_unit_coder_and_label_are_read_in_any_order_of_columns() -> None:
    swapped = "label,note,unit,coder\noppose,x,u1,a\noppose,,u1,b\nsupport,,u2,a\noppose,,u2,b\n"

    data = read(swapped).data

    assert (data.units, data.coders, data.categories) == (("u1", "u2"), ("a", "b"), ("oppose", "support"))
    assert data.category.tolist() == [0, 0, 1, 0]


def test_a_matrix_with_a_column_unit_is_known_by_itself() -> None:
    data = read("unit,ada,ben\nu1,1,1\nu2,2,\nu3,2,1\n", "interval").data

    assert (data.coders, data.unit.tolist(), data.category.tolist()) == (
        ("ada", "ben"),
        [0, 0, 1, 2, 2],
        [0, 0, 1, 1, 0],
    )


def test_a_matrix_without_a_header_is_read_as_recal_wants_it() -> None:
    file = read("1,1\n2,2\n2,1\n", "nominal", wide=True)

    assert file.data.coders == ("coder 1", "coder 2")
    assert len(file.data.units) == 3


def test_both_layouts_give_the_same_alpha() -> None:
    wide = read("unit,a,b\nu1,oppose,oppose\nu2,support,oppose\nu3,support,support\n")

    assert krippendorff_alpha(wide.data) == krippendorff_alpha(read(GOOD).data)


def test_declared_categories_keep_their_order_and_count_when_unused() -> None:
    assert read(GOOD, "ordinal", STANCES).data.categories == STANCES


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(encoding: str) -> None:
    assert read(GOOD.encode(encoding)).data.category.size == 6


def test_semicolons_and_decimal_commas_of_a_spreadsheet_are_read_and_said() -> None:
    file = read("unit;coder;label\r\nu1;a;1,5\r\nu1;b;2\r\n", "interval")

    assert file.data.categories == (1.5, 2)
    assert file.remarks == ("The columns are separated by semicolons.",)


def test_another_encoding_can_be_named() -> None:
    raw = "unit,coder,label\nu1,Ása,x\nu1,b,x\n".encode("cp1252")

    assert read(raw, encoding="cp1252").data.coders == ("Ása", "b")
    assert faults(raw) == ["line 2: byte 0xc1 at place 4 is not UTF-8 (--encoding names another encoding)"]


def test_empty_cells_and_na_are_missing_and_the_latter_is_said() -> None:
    file = read("unit,coder,label\nu1,a,x\nu1,b,NA\nu2,a,\nu2,b,x\n")

    assert file.data.category.size == 2
    assert file.remarks == ("1 cell with NA was taken as missing.",)


def test_na_is_a_category_where_it_is_declared() -> None:
    assert read("unit,coder,label\nu1,a,NA\nu1,b,x\n", "nominal", ("NA", "x")).data.category.tolist() == [0, 1]


def test_sets_are_written_with_bars_and_the_empty_set_with_braces() -> None:
    data = read("unit,coder,label\nu1,a,jobs|sea\nu1,b,{}\n", "set").data

    assert set(data.categories) == {frozenset({"jobs", "sea"}), frozenset()}


def test_missing_columns_are_named() -> None:
    (sentence,) = faults("unit,rater,value\nu1,a,x\n")

    assert "line 1: the columns coder, label are missing (found: unit, rater, value)" in sentence
    assert faults("item,coder,code\nu1,a,x\n")[0].startswith("labels.csv, line 1: the columns unit, label are missing")


def test_a_coder_with_two_values_on_a_unit_is_a_fault_of_its_line() -> None:
    assert faults(GOOD + "u1,a,support\n") == ["line 8: a has another label on unit u1 in line 2"]


def test_the_same_label_twice_counts_once_and_is_said() -> None:
    file = read(GOOD + "u1,a,oppose\n")

    assert file.data.category.size == 6
    assert file.remarks == ("1 label stood there again and counted once.",)


def test_a_category_outside_the_list_is_a_fault() -> None:
    assert faults(GOOD + "u4,a,suport\n", "ordinal", STANCES) == [
        "line 8: suport is not one of the categories oppose, neutral, support"
    ]


def test_a_number_where_names_are_declared_is_told_apart() -> None:
    assert faults(GOOD + "u4,a,3\n", "ordinal", STANCES) == [
        "line 8: 3 is a number, but the categories are names: oppose, neutral, support"
    ]


def test_a_name_at_a_level_of_numbers_is_a_fault() -> None:
    assert faults("unit,coder,label\nu1,a,1\nu1,b,high\nu2,a,inf\n", "interval") == [
        "line 3: high is not a number",
        "line 4: inf is not a number",
    ]


def test_ordinal_names_need_a_declared_order() -> None:
    with pytest.raises(AgreementError, match="names have no order"):
        read(GOOD, "ordinal")


def test_a_broken_line_in_the_middle_spoils_no_other() -> None:
    broken = GOOD.replace("u2,a,support", 'u2,a,"support').replace("u3,a,support", "u3,a")

    assert faults(broken) == [
        "line 4: a quotation mark is not closed, or text stands after the closing one",
        "line 6: has 2 cells where the first line has 3",
    ]


def test_a_quoted_cell_may_hold_separators_quotes_and_line_breaks() -> None:
    data = read('unit,coder,label\n"u,1",a,"say ""no"""\n"u,1",b,"two\nlines"\nu2,a,x\n').data

    assert data.units == ("u,1", "u2")
    assert set(data.categories) == {'say "no"', "two\nlines", "x"}


def test_a_byte_of_another_encoding_in_the_middle_is_a_fault_of_its_line() -> None:
    raw = GOOD.encode() + b"u4,J\xf6rg,support\n"

    assert faults(raw) == ["line 8: byte 0xf6 at place 5 is not UTF-8 (--encoding names another encoding)"]


def test_skipping_bad_lines_computes_the_rest_and_counts_them() -> None:
    file = read(GOOD + "u4,a\nu1,a,support\nu5,,x\n", skip_bad=True)

    # The two labels of a on u1 contradict each other: neither counts.
    assert file.data.category.size == 5
    assert [fault.line for fault in file.skipped] == [8, 9, 10]
    assert file.remarks == ("3 lines were skipped because of faults; the rest was computed.",)


def test_nothing_left_after_skipping_is_refused() -> None:
    with pytest.raises(BadFileError, match="no labels that can be used"):
        read("unit,coder,label\nu1,a\n", skip_bad=True)


@pytest.mark.parametrize("text", ["", "\n\n", "unit,coder,label\n"])
def test_a_file_without_labels_is_refused(text: str) -> None:
    with pytest.raises(BadFileError, match="holds no l"):
        read(text)


def test_a_unit_twice_in_a_matrix_is_a_fault() -> None:
    text = "unit,a,b\nu1,x,x\nu1,x,y\n"

    assert faults(text, wide=True) == ["line 3: unit u1 stands in line 2 already"]
    assert "the columns coder, label are missing" in faults(text)[0]


def test_clusters_come_from_a_column_of_their_own() -> None:
    text = "unit,coder,label,article\nu1,a,x,one\nu1,b,x,one\nu2,a,x,two\nu2,b,y,two\n"

    assert read(text, cluster="article").clusters == ("one", "two")
    assert faults(text + "u2,c,x,three\n", cluster="article") == ["line 6: unit u2 belongs to two articles"]


def test_control_characters_never_reach_the_terminal() -> None:
    (sentence,) = faults(GOOD + "u4,a,\x1b[31mred\n", "nominal", STANCES)

    assert "\x1b" not in sentence


DOTTED = (
    "unit,coder,label\n1,a,4.2\n1,b,4.20\n2,a,4.2\n2,b,4.20\n3,a,7.1\n3,b,7.1\n4,a,5.5\n4,b,5.5\n5,a,7.1\n5,b,5.5\n"
)


def test_a_nominal_label_is_its_text_also_where_it_looks_like_a_number() -> None:
    file = read(DOTTED)

    assert file.data.categories == ("4.2", "4.20", "5.5", "7.1")
    assert krippendorff_alpha(file.data).value == pytest.approx(0.2703, abs=5e-5)
    assert "Labels that are nearly the same count as different categories: 4.2 and 4.20." in file.remarks
    assert krippendorff_alpha(read(DOTTED, "nominal", ("4.2", "4.20", "5.5", "7.1")).data).value == pytest.approx(
        0.2703, abs=5e-5
    )


def test_nominal_codes_are_not_rounded_and_keep_their_zeros() -> None:
    zeros = read("unit,coder,label\n1,a,007\n1,b,7\n2,a,7.0\n2,b,007\n3,a,12\n3,b,12\n4,a,31\n4,b,31\n").data
    large = read("unit,coder,label\n1,a,9007199254740993\n1,b,9007199254740992\n2,a,1\n2,b,1\n").data

    assert zeros.categories == ("007", "7", "7.0", "12", "31")
    assert len(large.categories) == 3


def test_ordinal_labels_that_are_equal_as_numbers_are_one_category_and_get_a_remark() -> None:
    file = read("unit,coder,label\n1,a,1\n1,b,1.0\n2,a,2\n2,b,3\n", "ordinal")

    assert file.data.categories == (1, 2, 3)
    assert "Labels that are equal as numbers count as one category: 1 and 1.0." in file.remarks


@pytest.mark.parametrize(
    ("label", "level"),
    [("none", "nominal"), ("-", "nominal"), ("?", "nominal"), ("-99", "interval"), ("999", "ordinal")],
)
def test_a_label_that_may_stand_for_a_missing_one_gets_a_remark(label: str, level: str) -> None:
    rows = f"unit,coder,label\n1,a,1\n1,b,2\n2,a,{label}\n2,b,1\n3,a,2\n3,b,2\n"

    assert (
        f"{label} counts as a label; if it stands for a missing one, add --missing {label}."
        in read(rows, level).remarks
    )
    assert not [remark for remark in read(rows, level, missing=(label,)).remarks if "counts as a label" in remark]


def test_a_number_in_line_with_the_others_is_not_taken_for_a_missing_one() -> None:
    rows = "unit,coder,label\n1,a,98\n1,b,99\n2,a,97\n2,b,95\n"

    assert not [remark for remark in read(rows, "interval").remarks if "counts as a label" in remark]


def test_more_sets_than_can_be_compared_leave_the_other_figures() -> None:
    """One figure that cannot be computed does not end a report."""
    names = ["|".join(f"s{unit + i}" for i in range(11)) for unit in range(4_200)]
    rows = [f"{unit},{coder},{name}" for unit, name in enumerate(names) for coder in "ab"]

    report = file_report(read("\n".join(["unit,coder,label", *rows]), "set"))

    assert (
        report.report.alpha.undefined
        == "undefined: 4200 distinct values, and differences are computed for at most 4000"
    )
    assert report.report.coefficients["percent_agreement"].value == 1.0


def test_thousands_of_small_sets_have_an_alpha() -> None:
    rows = [f"{unit},{coder},s{unit}|s{unit + 1}" for unit in range(4_200) for coder in "ab"]

    report = file_report(read("\n".join(["unit,coder,label", *rows]), "set")).report

    assert report.alpha.value == 1.0
    assert report.coefficients["cohen_kappa"].value == 1.0


ROWS = [
    ("a", "ana", "1"),
    ("a", "ben", "1"),
    ("b", "ana", "2"),
    ("b", "ben", "3"),
    ("c", "ana", "2"),
    ("c", "ben", None),
]


def as_csv(path: Path) -> None:
    lines = ["unit,coder,label", *(",".join(cell or "" for cell in row) for row in ROWS)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def as_json(path: Path) -> None:
    path.write_text(json.dumps([dict(zip(("unit", "coder", "label"), row, strict=True)) for row in ROWS]))


def as_lines(path: Path) -> None:
    path.write_text("".join(json.dumps({"unit": u, "coder": c, "label": v and int(v)}) + "\n" for u, c, v in ROWS))


def as_workbook(path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("python_calamine")
    book = openpyxl.Workbook()
    book.active.append(["about"])
    book.active.append(["this file"])
    sheet = book.create_sheet("labels")
    for row in [("Unit", "Coder", "Label"), *((u, c, v and int(v)) for u, c, v in ROWS)]:
        sheet.append(row)
    book.save(path)


def as_parquet(path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    columns = {
        "unit": [r[0] for r in ROWS],
        "coder": [r[1] for r in ROWS],
        "label": [r[2] and float(r[2]) for r in ROWS],
    }
    importlib.import_module("pyarrow.parquet").write_table(
        pa.table({"__index_level_0__": range(len(ROWS)), **columns}), path
    )


@pytest.mark.parametrize(
    ("ending", "write"),
    [("csv", as_csv), ("json", as_json), ("jsonl", as_lines), ("xlsx", as_workbook), ("parquet", as_parquet)],
)
def test_labels_are_the_same_in_every_type_of_file(ending: str, write: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / f"labels.{ending}"
    write(path)

    file = read_label_file(path.read_bytes(), str(path), Options("ordinal"))
    nameless = read_label_file(path.read_bytes(), "-", Options("ordinal"))

    for one in (file, nameless):
        assert [str(unit) for unit in one.data.units] == ["a", "b", "c"]
        assert list(one.data.categories) == [1, 2, 3]
        assert one.data.unit.size == 5
    remarks = {"xlsx": ["Only the sheet labels is read."]}.get(ending, [])
    assert [remark for remark in file.remarks if "missing" not in remark] == remarks


def test_a_file_that_is_no_table_is_refused_by_its_name() -> None:
    with pytest.raises(BadFileError, match=r"labels\.xlsx: "):
        read_label_file(b"PK\x03\x04 nothing", "labels.xlsx", Options("nominal"))

"""The tests of pages themselves: what differs from a page goes red, with its line."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import MakeOnce
from tests.docs.page import Page
from tests.docs.terminal import key_names
from tests.docs.transcript import commands, difference

Follow = Callable[[str], Page]


@pytest.fixture
def follow(tmp_path: Path, make_once: MakeOnce) -> Follow:
    """A function that runs a page of that text."""

    def run(text: str) -> Page:
        path = tmp_path / "invented.md"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        page = Page(path, tmp_path / "page", make_once)
        page.run()
        return page

    return run


def test_a_page_whose_samples_are_right_has_no_fault(follow: Follow) -> None:
    page = follow("""
        ```console
        $ annotator keys --coder x
        Usage: annotator keys …
        Error: …
        $ mkdir made
        $ ls
        articles
        made
        ```

        1. In a list:

           ```yaml title="made/part.yaml"
           - one
           ```
           ```console
           $ cat made/part.yaml   # what it holds
           - one
           ```
    """)

    assert page.faults == []
    assert page.n_commands == 4
    assert page.skipped == []


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("```console\n$ ls\ntexts\n```", "the page shows\n    texts\nand the program prints\n    articles"),
        ("```console\n$ annotator status\n```", "ends with 1"),
        ("```console\n$ ls\nError: no\n```", "ends with 0"),
        ("<!-- exit: 3 -->\n```console\n$ annotator doctor\n```", "ends with 1, not with 3"),
        ("```console\n$ annotator nonsense\n```", "ends with 2"),
        ("```console\n$ curl x\n```", "'curl' is not run here"),
        ("```console\n$ ls | cat\n```", "no | between commands"),
        ("```console\nls\n```", "begins with `$ `"),
        ("```console\n```", "without a line that begins"),
        ("<!-- skip: -->\n```console\n$ ls\n```", "says why"),
        ("<!-- skip --watch: never ends -->\n```console\n$ ls\n```", "no line has '--watch'"),
        ("<!-- type: y -->\n```console\n$ ls\n```", "nobody asks for ['y']"),
        ("```console\n$ ls\n```\n<!-- press: x -->", "no screen opens"),
        ("<!-- press: x -->\n```console\n$ ls\n```", "no command opens a screen"),
        ("```console\n$ ls\n```\n```keys\nx\n```", "no screen opens"),
        ("```keys\nx\n```", "no command opens a screen"),
        ("<!-- tpye: y -->", "'tpye: y' means nothing"),
        ("<!-- skip -->\n```console\n$ ls\n```", "says why"),
        ("<!-- skip: a reason -->", "stands before no block"),
        ("<!-- given: nothing -->", "nothing prepared is called 'nothing'"),
        ("```python\nassert 1 == 2\n```", "AssertionError"),
        ("```yaml\na: 1\n```", "nothing compares this sample of yaml"),
        ('```yaml title="a.yaml"\na: 1\n```', "no command uses a.yaml"),
        ("<!-- sample of: none.json -->\n```json\n{}\n```", "make no none.json"),
        ("<!-- part of a codebook: categories -->\n```yaml\n- nam: x\n```", "nam"),
    ],
)
def test_a_wrong_block_goes_red_with_its_line(follow: Follow, block: str, said: str) -> None:
    page = follow(f"# A page\n\n{block}\n")

    assert len(page.faults) == 1, page.faults
    assert page.faults[0].startswith("invented.md:")
    assert said in page.faults[0]


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        ('{"a": 1, "c": "x"}', "has the keys a, c; the program writes a, b, at"),
        ('{"b": [], "a": 1, "at": "…"}', "has the keys b, a, at"),
        ('{"a": "1", "b": [], "at": "…"}', "a is '1'; the program writes 2"),
        ('{"a": 1, "b": [{"c": 1}], "at": "…"}', ".b[] has the keys c; the program writes d"),
        ('{"e": 1, "…": "…"}', "has the keys e"),
        ('{"a": 1, "b": [{"d": 1}], "at": "2031-02-05T09:14:03.120Z"}', "at is the time 2031-02-05T09:14:03.120Z"),
    ],
)
def test_a_sample_with_other_keys_or_kinds_goes_red(follow: Follow, sample: str, said: str) -> None:
    page = follow(f"""
<!-- file: real.json
{{"a": 2, "b": [{{"d": 1}}], "at": "2030-01-01T00:00:00.000000Z"}}
-->
<!-- run:
$ cat real.json
-->
<!-- sample of: real.json -->
```json
{sample}
```
""")

    assert len(page.faults) == 1, page.faults
    assert said in page.faults[0]


@pytest.mark.parametrize(
    "sample",
    [
        '{"a": 1, "b": [], "at": "2031-02-05T09:14:03.120481Z"}',
        '{"a": "…", "b": [{"d": 5}], "at": null}',
        '{"a": 3.5, "…": "…"}',
    ],
)
def test_a_sample_with_the_same_keys_and_kinds_passes(follow: Follow, sample: str) -> None:
    page = follow(f"""
<!-- file: real.json
{{"a": 2, "b": [{{"d": 1}}], "at": "2030-01-01T00:00:00.000000Z"}}
-->
<!-- run:
$ cat real.json
-->
<!-- sample of: real.json -->
```json
{sample}
```
""")

    assert page.faults == []


def test_columns_of_a_table_are_compared(follow: Follow) -> None:
    page = follow("""
        <!-- given: labels -->
        <!-- sample of: labels.csv -->
        ```csv
        unit,coder,label
        7,ada,high
        ```
        <!-- sample of: labels.csv -->
        ```csv
        unit,coder,value
        ```
    """)

    assert len(page.faults) == 1
    assert "unit, coder, value" in page.faults[0]


def test_people_have_folders_and_names_of_their_own(follow: Follow) -> None:
    page = follow("""
        ```console
        $ mkdir mine
        ```
        <!-- folder: anna -->
        ```console
        $ mkdir hers
        $ ls
        hers
        ```
        <!-- folder: . -->
        ```console
        $ ls
        articles
        mine
        ```
    """)

    assert page.faults == []


@pytest.mark.slow
def test_somebody_answers_and_presses_keys(follow: Follow) -> None:
    page = follow("""
        ```console
        $ annotator init --articles articles --coder maria
        Which codebook? …
        …
        >
        …
        Next: `annotator label --coder maria`.
        $ ANNOTATOR_CODER=maria annotator label
        $ annotator log
        …
        ```
        <!-- press: x x ctrl+q -->
        <!-- coder: maria -->
        ```console
        $ annotator label --plain --at 1/1
        …
        > undo
        …
        > quit
        Left; everything is saved.
        ```
    """)

    assert page.faults == []


def test_a_skipped_block_and_line_are_counted_with_their_reason(follow: Follow) -> None:
    page = follow("""
        <!-- skip: from the network: it installs -->
        ```console
        $ curl x
        ```
        <!-- skip --watch: never ends -->
        ```console
        $ ls
        $ annotator agreement --watch
        ```
        <!-- needs: no_such_package -->
        ```console
        $ nonsense
        ```
    """)

    assert page.faults == []
    assert [one.partition(": ")[2] for one in page.skipped] == [
        "from the network: it installs",
        "never ends",
        "no_such_package is not installed",
    ]
    assert page.n_commands == 1


def test_a_line_of_dots_stands_for_any_lines_and_dots_in_a_line_for_any_text() -> None:
    printed = "one\n\x1b[1mtwo\x1b[0m 17 \nthree\n"

    assert difference(["one", "two 17", "three"], printed) == ""
    assert difference(["one", "…"], printed) == ""
    assert difference(["…", "two …", "three"], printed) == ""
    assert difference(["…", "one", "two 17", "three", "…"], printed) == ""
    assert difference(["one", "three"], printed)
    assert difference(["one", "two …"], printed)
    assert difference(["one", "two 1.", "three"], printed)


def test_a_command_goes_on_in_the_next_line() -> None:
    (found,) = commands("$ annotator export jsonl \\\n    --out there\nWrote …\n")

    assert found.text == "annotator export jsonl --out there"
    assert found.expected == ["Wrote …"]


def test_a_text_in_quotation_marks_is_its_letters() -> None:
    keys = key_names('1 Shift+→ "A b?" Enter   # then\nCtrl+Q  # leave')

    assert keys == ["1", "shift+right", "A", "space", "b", "question_mark", "enter", "ctrl+q"]

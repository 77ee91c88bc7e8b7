"""The rows of the table of growth: commands, screens and single actions, each measured on a project."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from annotator.codebook.file import default_codebook
from annotator.codebook.model import Variable
from annotator.session import Session
from annotator.store import Store
from benchmarks.costs import ANNOTATOR, Cost, annotator, cost
from benchmarks.grown import Grown
from benchmarks.projects import ROOT, five, long_article
from benchmarks.start import is_usable, processor
from tests.e2e.terminal import Terminal
from tests.timing import processor_seconds, sql_statements

LEAD, CODER, NEW = "lead", "ada", "dora"
N_KEYS = 60
_IDLE = 0.02
"""Processor seconds that an idle screen may use in the time of one look."""


class Row(NamedTuple):
    """What is measured."""

    title: str
    measure: Callable[[Grown], Cost]
    noise: float
    """What is less than that is not told from nothing; in seconds, or in SQL statements."""
    is_single: bool = False
    """Whether it is one action, which must not grow with the project."""
    unit: str = "s"
    """The unit in print: s, ms or SQL."""


# commands


def _reads(title: str, *arguments: str) -> Row:
    """A command that changes nothing."""

    def measure(project: Grown) -> Cost:
        return cost(annotator(project.project, *arguments))

    return Row(title, measure, 0.1)


def _exports(name: str) -> Row:
    def measure(project: Grown) -> Cost:
        return cost(annotator(project.project, "export", name, "--out", str(_fresh(project, "export"))))

    return Row(f"export {name}", measure, 0.1)


def _changes(title: str, *arguments: str, before: Sequence[str] = (), is_bare: bool = False) -> Row:
    """A command that changes a copy of the project, after another one that is not measured."""

    def measure(project: Grown) -> Cost:
        path = project.copy(bare=is_bare)
        if before:
            cost(annotator(path, *before))
        return cost(annotator(path, *arguments))

    return Row(title, measure, 0.1)


def _fresh(project: Grown, name: str) -> Path:
    """A name in the project's folder for what a command writes; what was there is removed."""
    import shutil

    path = project.folder / name
    shutil.rmtree(path, ignore_errors=True)
    path.unlink(missing_ok=True)
    return path


def _added(name: str) -> Callable[[Grown], Cost]:
    return lambda project: project.costs[name]


def _import_new(project: Grown) -> Cost:
    return cost(annotator(project.copy(bare=True), "import", str(project.statements)))


def _import_again(project: Grown) -> Cost:
    folder = _fresh(project, "export")
    cost(annotator(project.project, "export", "jsonl", "--out", str(folder)))
    return cost(annotator(project.copy(), "import", str(folder)))


def _merge(project: Grown, *, again: bool) -> Cost:
    path = project.copy()
    command = annotator(path, "merge", "--yes", str(project.project))
    if again:
        cost(command)
    return cost(command)


def _pack(project: Grown) -> Cost:
    return cost(annotator(project.project, "pack", "--coder", CODER, "--out", str(_fresh(project, "packed.db"))))


def _apply(project: Grown) -> Cost:
    codebook = default_codebook()
    text = codebook.model_copy(update={"version": "1.1"}).model_dump_json().replace('"oppose"', '"against"')
    file = project.folder / "codebook.json"
    file.write_text(text, encoding="utf-8")
    return cost(annotator(project.copy(), "codebook", "apply", "--yes", "--rename", "stance/oppose=against", str(file)))


def _list_speakers(project: Grown) -> Cost:
    """As many speakers as half of the statements."""
    path, file = project.copy(), project.folder / "speakers.csv"
    lines = (f"Person {i} of Town {i % 97}" for i in range(project.n // 2))
    file.write_text("name\n" + "".join(f"{one}\n" for one in lines), encoding="utf-8")
    cost(annotator(path, "speakers", "import", "--yes", str(file)))
    return cost(annotator(path, "speakers", "list"))


# screens


@contextmanager
def _screen(path: Path, *arguments: str, coder: str = CODER) -> Iterator[Terminal]:
    environment = {"ANNOTATOR_CODER": coder, "PYTHONPATH": str(ROOT), "ANNOTATOR_CONFIG": str(path.parent / "config")}
    command = (*ANNOTATOR, "--project", str(path), *arguments)
    with Terminal(command, path.parent, environment=environment) as terminal:
        yield terminal


def _is_open(shown: str) -> bool:
    """Whether the paragraph, the keys and the ranked speakers are there."""
    return is_usable(shown.encode()) and "subject of" in shown


def _rest(terminal: Terminal) -> None:
    """Wait until nothing more is painted, and nothing more is reckoned behind the screen."""
    before = -1.0
    while terminal.read(0.3) or processor(terminal.pid) - before > _IDLE:
        before = processor(terminal.pid)


def _until(terminal: Terminal, keys: Sequence[str], shown: Callable[[str], bool]) -> float:
    """Processor seconds from keys until a screen is there."""
    before = processor(terminal.pid)
    terminal.press(*keys)
    terminal.wait_for(shown, seconds=600)
    return processor(terminal.pid) - before


def _open(path: Path) -> Cost:
    with _screen(path) as terminal:
        terminal.wait_for(_is_open, seconds=600)
        return Cost(processor(terminal.pid), 0)


def _keys_of_screen(project: Grown, key: str, shown: Callable[[str], bool]) -> Cost:
    with _screen(project.copy()) as terminal:
        terminal.wait_for(_is_open, seconds=600)
        _rest(terminal)
        return Cost(_until(terminal, [key], shown), 0)


def _find(project: Grown) -> Cost:
    """The mean of the letters of a frequent word."""
    word = "council"
    with _screen(project.copy()) as terminal:
        terminal.wait_for(_is_open, seconds=600)
        _rest(terminal)
        terminal.press("F")
        before = processor(terminal.pid)
        for letter in word:
            terminal.press(letter)
            _rest(terminal)
        return Cost((processor(terminal.pid) - before) / len(word), 0)


def _adjudicate(project: Grown) -> Cost:
    with _screen(project.copy(), "adjudicate", coder=LEAD) as terminal:
        terminal.wait_for("≠", seconds=600)
        return Cost(processor(terminal.pid), 0)


def _verdicts(project: Grown, n: int = 5) -> Cost:
    with _screen(project.copy(), "adjudicate", coder=LEAD) as terminal:
        terminal.wait_for("≠", seconds=600)
        _rest(terminal)
        before = processor(terminal.pid)
        for _ in range(n):
            terminal.press("1", "j")
            _rest(terminal)
        return Cost((processor(terminal.pid) - before) / n, 0)


# a session without a screen


def _keys(project: Grown, *, count_sql: bool = False) -> Cost:
    """A label by a coder who has many statements: its seconds, or the number of its SQL statements."""
    with Store(project.copy()) as store:
        session = Session(store, CODER)
        stance = session.instrument.codebook.variable("stance")
        assert stance is not None
        session.navigation.move(1)
        session.statements.type_speaker("Ada Aas")
        keys = partial(_choose, session, stance, N_KEYS)
        if count_sql:
            return Cost(len(sql_statements(store, keys)) / N_KEYS, 0)
        return Cost(processor_seconds(keys) / N_KEYS, 0)


def _choose(session: Session, variable: Variable, n: int) -> None:
    for i in range(n):
        session.labels.choose(variable, variable.names[i % len(variable.names)])


def _undo(project: Grown) -> Cost:
    """One undo, after a tenth as many undone steps as the project has statements."""
    folder = _fresh(project, "undo")
    folder.mkdir()
    n_last = 20
    with Store(five(folder)) as store:
        session = Session(store, NEW)
        stance = session.instrument.codebook.variable("stance")
        assert stance is not None
        n = project.n // 10 + n_last
        _choose(session, stance, n)
        for _ in range(n - n_last):
            session.coding.undo()
        return Cost(processor_seconds(lambda: [session.coding.undo() for _ in range(n_last)]) / n_last, 0)


def _open_long(project: Grown) -> Cost:
    """One article of twice as many paragraphs as the project has statements."""
    folder = _fresh(project, "long")
    folder.mkdir()
    return _open(long_article(folder, project.n * 2))


_DRAW = ("assign", "draw", "--coder", "ada", "--coder", "bo", "--coder", "cy", "--overlap", "20%", "--yes")

ROWS = (
    Row("add", _added("add"), 0.1),
    Row("import", _import_new, 0.1),
    _reads("status", "status"),
    _reads("log, 50 lines", "log"),
    _reads("log --json", "log", "--json"),
    _reads("agreement, whole", "agreement"),
    _reads("agreement --variable stance", "agreement", "--variable", "stance"),
    _reads("disagreements", "disagreements", "--as", "csv"),
    _reads("estimate stance", "estimate", "stance"),
    *(_exports(name) for name in ("jsonl", "csv", "parquet", "soft", "qdpx", "dna", "labelstudio", "network")),
    Row("import of its own export", _import_again, 0.1),
    Row("merge of an equal copy", partial(_merge, again=False), 0.1),
    Row("merge again, nothing new", partial(_merge, again=True), 0.1),
    _reads("doctor", "doctor"),
    _changes("backup", "backup"),
    Row("pack", _pack, 0.1),
    _changes("undo of an import step", "undo", "--yes", "--coder", CODER),
    Row("codebook apply", _apply, 0.1),
    Row("speakers list", _list_speakers, 0.1),
    _changes("speakers rename", "speakers", "rename", "--yes", "Ada Aas", "Ada Åsen"),
    _changes("speakers merge", "speakers", "merge", "--yes", "Ada Birk", "--into", "Ada Aas"),
    _changes("assign draw", *_DRAW),
    _changes("assign draw, five times the articles without statements", *_DRAW, is_bare=True),
    _changes("assign draw --again, the same", *_DRAW, "--again", before=_DRAW, is_bare=True),
    Row("open", lambda project: _open(project.copy()), 0.1),
    Row("open an article of 2 n paragraphs", _open_long, 0.1),
    Row("D until listed", lambda project: _keys_of_screen(project, "D", lambda shown: "≠" in shown), 0.1),
    Row("adjudicate until listed", _adjudicate, 0.1),
    Row("a verdict and the next key", _verdicts, 0.02, is_single=True, unit="ms"),
    Row(
        "A", lambda project: _keys_of_screen(project, "A", lambda shown: "▸" in shown), 0.05, is_single=True, unit="ms"
    ),
    Row("F, a letter", _find, 0.02, is_single=True, unit="ms"),
    Row("a key", _keys, 0.001, is_single=True, unit="ms"),
    Row("SQL statements of a key", partial(_keys, count_sql=True), 1, is_single=True, unit="SQL"),
    Row("undo after n / 10 undone steps", _undo, 0.001, is_single=True, unit="ms"),
)
"""Every row, in the order of the table."""

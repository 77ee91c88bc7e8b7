"""Projects, articles and a snapshot of the screen, for every test."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from annotator.codebook.file import default_codebook
from annotator.codebook.model import Codebook
from annotator.ingest import Read, read_inputs
from annotator.model import Article
from annotator.store import Store
from tests.postgresql import Cluster, cluster

if TYPE_CHECKING:
    import sqlite3
else:
    # The SQLite that the program has: two in one process do not see each other's locks.
    from sqlite_utils.utils import sqlite3

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "seeds"
VARIABLE = "ANNOTATOR_TEST_ARTICLES"
REAL = Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None
"""The folder of five real articles, which may not be distributed; None where no variable names one."""

ARTICLES = REAL or SAMPLES
"""The folder of the five articles: the real ones where the variable names them, else the samples."""

# A shared machine may be slow at any moment, and CI must not find by chance what it did not find before.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

MakeProject = Callable[..., Store]
MakeOnce = Callable[[Callable[[Path], object], Path], Path]
Snapshot = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="run the slow tests too")
    parser.addoption("--accept", action="store_true", help="write the text snapshots of screens instead of comparing")


def pytest_configure() -> None:
    """Refuse a variable that names no articles."""
    if len(list(ARTICLES.glob("*.txt"))) != 5:
        raise pytest.UsageError(f"{VARIABLE} must name a folder with five .txt files: {ARTICLES}")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One process a core for the whole suite; tests that are named run in this process."""
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return 0
    config.option.dist = "worksteal"
    return os.cpu_count() or 1


def pytest_report_header() -> str:
    return f"articles: {ARTICLES}" if REAL else "articles: the samples in seeds/"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests that CI repeats with the real articles."""
    if "five_articles" in getattr(item, "fixturenames", ()):
        item.add_marker("articles")


def runs_all(config: pytest.Config) -> bool:
    """Whether slow tests run: with --all, and where -m says which tests are wanted."""
    return bool(config.getoption("--all") or config.getoption("-m"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the slow tests, unless they are asked for."""
    slow = [] if runs_all(config) else [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how the slow tests are run, where they were left out."""
    _say_what_of_the_manual_did_not_run(terminalreporter)
    if not runs_all(config):
        terminalreporter.write_line("Slow tests are left out; `uv run pytest --all` runs them too.")


def _say_what_of_the_manual_did_not_run(terminalreporter: pytest.TerminalReporter) -> None:
    """Count the commands of the manual's pages (tests/docs), and name those that are skipped."""
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.getreports(kind)]
    found = [dict(report.user_properties) for report in reports if report.when == "call"]
    pages = [one for one in found if "commands" in one]
    if pages:
        skipped = [place for one in pages for place in one["skipped"]]
        n = sum(one["commands"] for one in pages)
        terminalreporter.write_line(f"Manual: {n} commands ran on {len(pages)} pages; skipped: {len(skipped)}")
        for place in skipped:
            terminalreporter.write_line(f"  {place}")


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test depends on the shell that it is started from, or on the settings of whoever starts it."""
    monkeypatch.setenv("ANNOTATOR_CONFIG", str(tmp_path_factory.getbasetemp() / "config"))
    for name in (
        "ANNOTATOR_PROJECT",
        "ANNOTATOR_CODER",
        "ANNOTATOR_SYNC",
        "ANNOTATOR_DEBUG",
        "NO_COLOR",
        "COLUMNS",
        "LINES",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a test drives a screen, it goes on when the app is at rest."""
    if "textual" in sys.modules:
        from tests.app.steady import install  # brings Textual, which most tests do without

        install(monkeypatch)


@pytest.fixture(scope="session")
def five_articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the five articles and nothing else; real ones where the variable names them."""
    folder = tmp_path_factory.mktemp("articles")
    for path in ARTICLES.glob("*.txt"):
        shutil.copy(path, folder)
    return folder


def read_articles(folder: Path = SAMPLES) -> list[Article]:
    """The articles of a folder, in the order of their names."""
    found = list(read_inputs(sorted(folder.glob("*.txt"))))
    assert all(isinstance(one, Read) for one in found)
    return [one.article for one in found if isinstance(one, Read)]


def article(text: str, name: str = "article") -> Article:
    """An invented article with one paragraph a line."""
    from annotator.ingest.article import make

    return make(text, name, f"{name}.txt")


def connect(path: Path) -> sqlite3.Connection:
    """A second connection to a project file, beside the program's."""
    return sqlite3.connect(path, isolation_level=None)


@cache
def political_claims() -> Codebook:
    """The default codebook, read once."""
    return default_codebook()


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Codebook], Path]:
    """A function that gives a project without articles for a codebook, made once and to be copied."""
    folder = tmp_path_factory.mktemp("blank")

    def find(codebook: Codebook) -> Path:
        path = folder / f"{codebook.sha256}.db"
        if not path.exists():
            Store.create(path, codebook).close()
        return path

    return find


@pytest.fixture(scope="session")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> MakeOnce:
    """A function that gives a copy of the project file that a function makes, and calls that function only once."""
    folder = tmp_path_factory.mktemp("once")

    def make(write: Callable[[Path], object], path: Path) -> Path:
        made = folder / f"{write.__module__}.{write.__name__}.db"
        if not made.exists():
            write(made)
        shutil.copy(made, path)
        return path

    return make


@pytest.fixture
def make_project(tmp_path: Path, blank: Callable[[Codebook], Path]) -> Iterator[MakeProject]:
    """A function that makes a project in `tmp_path` of a codebook and articles (texts or models)."""
    opened: list[Store] = []

    def make(*articles: str | Article, codebook: Codebook | None = None, name: str = "annotations.db") -> Store:
        shutil.copy(blank(codebook or political_claims()), tmp_path / name)
        opened.append(Store(tmp_path / name))
        whole = [article(one, f"article-{i}") if isinstance(one, str) else one for i, one in enumerate(articles, 1)]
        opened[-1].articles.add_many(whole)
        return opened[-1]

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    """Compare a screen's text with the accepted one of that name beside the test."""

    def compare(name: str, shown: str) -> None:
        path = request.path.parent / "snapshots" / f"{name}.txt"
        tidy = "\n".join(line.rstrip() for line in shown.splitlines()).rstrip() + "\n"
        if request.config.getoption("--accept"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(tidy, encoding="utf-8")
            return
        assert path.exists(), f"no snapshot {name} yet: look at it and write it with pytest --accept"
        assert tidy == path.read_text(encoding="utf-8"), f"the screen {name} has changed; --accept takes the new one"

    return compare


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL cluster of its own; the test is skipped where PostgreSQL is not installed."""
    pytest.importorskip("psycopg")
    with cluster() as running:
        yield running

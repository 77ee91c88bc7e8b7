"""What installs the program is named in one place, and the page for coders agrees with the text beside a pack."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from annotator import __version__
from annotator.cli import run
from annotator.cli.commands.pack import _NOTE
from annotator.distribution import CITATION, NAME, WHEEL, with_extra
from annotator.export import FORMATS
from tests.conftest import ROOT, MakeProject

PAGE = (ROOT / "docs" / "coders.md").read_text(encoding="utf-8")


def test_the_wheel_has_the_name_that_coders_are_told() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["name"] == NAME != "annotator"
    assert f"./annotator_tui-{__version__}-py3-none-any.whl" == WHEEL
    assert WHEEL.removeprefix("./") in PAGE
    named = set(re.findall(r"\w+-[\d.]+-py3-none-any\.whl", PAGE))
    assert named == {WHEEL.removeprefix("./")}


def test_the_page_has_every_command_of_the_text_beside_a_pack(make_project: MakeProject, tmp_path: Path) -> None:
    store = make_project("One.")
    store.coder("jan")
    assert run(["--project", str(store.path), "pack", "--coder", "jan", "--out", str(tmp_path / "jan.db")]) == 0

    commands = re.findall(r"^     (.+)$", (tmp_path / "jan.txt").read_text(encoding="utf-8"), re.MULTILINE)

    assert len(commands) == 4 == len(re.findall(r"^     (.+)$", _NOTE, re.MULTILINE))
    assert [command for command in commands if command not in PAGE] == []


def test_nobody_is_told_to_install_the_other_project_of_that_name() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "annotator").rglob("*.py")]
    wrong = re.compile(r"(pip|pipx|uv tool|uv pip|uvx)( install)?( -\S+)* [\"']?annotator\b(?!-tui)")

    assert wrong.search("pip install -U 'annotator[parquet]'")
    assert wrong.search("uv tool install annotator")
    assert not wrong.search("pip install 'annotator-tui[parquet]'")
    found = [(page.name, match.group()) for page in pages if (match := wrong.search(page.read_text(encoding="utf-8")))]
    assert found == []


@pytest.mark.parametrize("extra", sorted({one.extra for one in FORMATS.values() if one.extra} | {"documents"}))
def test_every_extra_that_a_message_names_is_there(extra: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert extra in project["optional-dependencies"]
    assert f"pip install 'annotator-tui[{extra}]'" in with_extra(extra)
    assert f"uv tool install '{WHEEL}[{extra}]'" in with_extra(extra)


def test_the_install_page_names_every_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    _, _, below = (ROOT / "docs" / "install.md").read_text(encoding="utf-8").partition("\n## Extras\n")

    named = re.findall(r"^\| `(\w+)` \|", below.partition("\n## ")[0], re.MULTILINE)
    assert sorted(named) == sorted(project["project"]["optional-dependencies"])


def test_the_citation_file_says_what_the_program_says() -> None:
    from ruamel.yaml import YAML

    cited = YAML(typ="safe", pure=True).load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))

    assert cited["cff-version"] == "1.2.0"
    assert cited["version"] == __version__
    (author,) = cited["authors"]
    assert f"{author['name']}. {cited['title']} (version {cited['version']})." == CITATION
    assert CITATION in (ROOT / "README.md").read_text(encoding="utf-8").replace("*", "")


def test_every_page_of_the_manual_travels_in_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]

    pages = {f"docs/{path.name}": f"annotator/docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert pages.items() <= wheel["force-include"].items()

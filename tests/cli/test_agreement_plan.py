"""`annotator agreement --plan`: units to code twice, without a project."""

from __future__ import annotations

import json

import pytest

from annotator.cli import run

SHARES = "oppose=.3,neutral=.5,support=.2"


def test_a_plan_says_how_many_units_and_where_the_rule_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["agreement", "--plan", "--categories", SHARES, "--precision", ".1", "--samples", "40"]) == 0

    out = " ".join(capsys.readouterr().out.split())
    assert "units coded by two coders" in out
    assert "Bloch and Kraemer (1989, equation 3.7)" in out
    assert "give --per-article" in out


def test_a_plan_as_json_is_the_same_every_time(capsys: pytest.CaptureFixture[str]) -> None:
    call = ["agreement", "--plan", "--categories", SHARES, "--coders", "3", "--level", "ordinal", "--samples", "40"]

    found = []
    for _ in range(2):
        assert run([*call, "--precision", ".1", "--per-article", "5", "--seed", "2", "--json"]) == 0
        found.append(json.loads(capsys.readouterr().out))

    assert found[0] == found[1]
    assert found[0]["n_units"] % 5 == 0
    assert found[0]["half_width"] == pytest.approx(0.1, rel=0.05)
    assert found[0]["design"]["shares"] == pytest.approx([0.3, 0.5, 0.2])
    assert (found[0]["studies"], found[0]["seed"], found[0]["rule"]) == (40, 2, None)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--plan",), "--plan needs --categories with their shares"),
        (("--plan", "--categories", "a=.5,b=.4"), "must sum to 1"),
        (("--plan", "--categories", "a,a"), "twice"),
        (("--plan", "--categories", "a,b", "--level", "set"), "present or absent"),
        (("--plan", "--categories", "a,b", "--level", "interval"), "are numbers"),
        (("--plan", "--categories", "a,b", "--coder", "ada"), "does not take --coder"),
        (("--plan", "--categories", "a,b", "--as", "html"), "does not take --as"),
        (("--plan", "--categories", "a,b", "--from", "x.csv"), "does not take --from"),
        (("--coders", "3"), "--coders works with --plan"),
        (("--per-article", "3"), "--per-article works with --plan"),
    ],
)
def test_what_makes_no_plan_is_refused(
    options: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["agreement", *options]) == 2
    assert message in capsys.readouterr().err

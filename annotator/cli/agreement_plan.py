"""`annotator agreement --plan`: how many units to code twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from annotator.cli.json_text import json_text
from annotator.errors import AgreementError, UsageError
from annotator.text.terminal_text import one_line

OPTIONS = ("n_coders", "alpha", "precision", "per_article")
"""Options of a plan alone, by their names in Python."""

_ALSO = ("plan", "categories", "level", "samples", "seed", *OPTIONS)
"""All options that a plan takes."""

_WIDER = (1.5, 2.0)
"""How much wider the intervals are whose units stand beside."""


def show_plan(as_json: bool, given: dict[str, Any]) -> None:
    """Print the plan.

    Raises:
        UsageError: An option has no effect on a plan, or the categories are missing or wrong.
    """
    from annotator.agreement.planning import STUDIES, plan

    for name, value in given.items():
        if value not in (None, (), False) and name not in _ALSO:
            raise UsageError(f"--plan does not take --{_option(name)}")
    samples = STUDIES if given["samples"] is None else given["samples"]
    try:
        design = _design(given)
        wanted = plan(design, samples, given["seed"])
        if as_json:
            click.echo(json_text(wanted.to_dict(), indent=2))
            return
        wider = [replace(design, precision=design.precision * much) for much in _WIDER]
        plans = [wanted, *(plan(one, samples, given["seed"]) for one in wider if one.precision < 0.5)]
    except AgreementError as error:
        raise UsageError(one_line(str(error))) from error
    from annotator.reports.plan_page import plan_page
    from annotator.reports.render.terminal import print_blocks

    print_blocks(plan_page(plans))


def _design(given: dict[str, Any]) -> Any:
    from annotator.agreement.planning import Design, parse_shares

    if given["categories"] is None:
        raise UsageError("--plan needs --categories with their shares: --categories oppose=.3,neutral=.5,support=.2")
    names, shares = parse_shares(given["categories"])
    level = given["level"] or "nominal"
    if level == "set":
        raise UsageError("a plan is for single labels; plan each category of a set as present or absent")
    categories: tuple[Any, ...] = names
    if level in ("interval", "ratio"):
        try:
            categories = tuple(float(name) for name in names)
        except ValueError as error:
            raise UsageError(f"at the {level} level categories are numbers: --categories 1=.2,2=.5,3=.3") from error
    if len(set(categories)) < len(categories):
        raise UsageError("a category stands there twice")
    plain = {name: given[name] for name in ("n_coders", "alpha", "precision", "per_article") if given[name] is not None}
    return Design(shares, categories, level=level, **plain)


def _option(name: str) -> str:
    known = {"variables": "variable", "coders": "coder", "articles": "article", "roles": "role", "phases": "phase"}
    return {"source": "from", "form": "as", **known}.get(name, name).replace("_", "-")

"""Projects with two coders' work in them, for the tests of exports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.codebook.model import Codebook
from annotator.model import Article, Paragraph
from annotator.store import Store
from tests.conftest import MakeOnce

TEXT = (
    "Harbour vote splits the island\n"
    "\n"
    "“We will not sign,” said Ása Brandt, the mayor. 🐟 She had warned of it: “never”.\n"
    '=SUM(A1) stood on a banner, "quoted", and a\ttab.\n'
    "READ MORE\n"
)
"""An invented article with a character outside the basic plane, a formula, quotation marks and a tab."""

OTHER = "The port was built in 1904.\nNobody spoke.\n"


def article(name: str, text: str) -> Article:
    """An article whose non-blank lines are its paragraphs."""
    paragraphs: list[Paragraph] = []
    at = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            role = "furniture" if line.isupper() else "body"
            paragraphs.append(
                Paragraph.model_validate(
                    {"position": len(paragraphs), "start": at, "end": at + len(line.rstrip()), "role": role}
                )
            )
        at += len(line)
    return Article(
        name=name, raw_text=text, paragraphs=tuple(paragraphs), title="Harbour vote", source="The Skerry Post",
        date="2031-04-02", url="https://example.org/harbour", metadata={"section": "north", "page": 3},
    )  # fmt: skip


CODEBOOK = Codebook.model_validate(
    {
        "name": "harbour",
        "version": "2.1",
        "variables": [
            {"name": "speaker", "level": "entity", "multiple": True},
            {
                "name": "stance",
                "level": "ordinal",
                "categories": [
                    {"name": "oppose", "key": "o"},
                    {"name": "neutral", "key": "n"},
                    {"name": "support", "key": "s"},
                    {"name": "unclear", "key": "u", "outside_scale": True},
                ],
            },
            {
                "name": "claim_type",
                "level": "nominal",
                "categories": [{"name": "fact", "key": "f"}, {"name": "demand", "key": "d"}],
            },
            {
                "name": "target",
                "level": "nominal",
                "key": "t",
                "categories": [{"name": "the harbour"}, {"name": "tax"}],
            },
            {"name": "issues", "level": "set", "key": "i", "categories": [{"name": "jobs"}, {"name": "sea|fish"}]},
            {"name": "strength", "level": "interval", "key": "y"},
            {"name": "frame", "level": "text", "key": "v"},
        ],
    }
)
"""A codebook with a variable of every level that a statement can have."""

WITH_UNITS = CODEBOOK.model_copy(
    update={
        "version": "3.0",
        "variables": (
            *CODEBOOK.variables,
            *Codebook.model_validate(
                {
                    "name": "units",
                    "variables": [
                        {"name": "tone", "scope": "paragraph", "categories": [{"name": "calm", "key": "c"}]},
                        {"name": "topics", "scope": "article", "level": "set", "categories": [{"name": "ports"}]},
                    ],
                }
            ).variables,
        ),
    }
)
"""The same with a variable of the paragraph and one of the article."""

Code = Callable[[Store, str], None]


def code(store: Store, coder: str) -> None:
    """Code the first article as a coder would: statements, a joint one, one without a claim, a flag and a note."""
    coding = store.coding(coder)
    first = store.articles.all()[0]
    headline, quotation, banner, furniture = store.articles.paragraphs(first.id)
    with coding.step("no claim", headline.id) as step:
        step.review(state="no claim")
    with coding.step("statement", quotation.id) as step:
        one = step.add_statement((quotation.start, quotation.start + 19))
        step.set_speakers(one, [("Ása Brandt", 1)])
        step.label(one, "stance", "oppose" if coder == "ada" else "unclear")
        step.label(one, "claim_type", "demand")
        step.label(one, "target", "the harbour", "sticky")
        step.label(one, "issues", ["jobs", "sea|fish"])
        step.label(one, "strength", 0.1 + 0.2)
        step.label(one, "frame", '=HYPERLINK("x")')
        step.change_statement(one, note="-1 said\nin two lines", flag=True)
        step.review(state="coded")
    with coding.step("statement", banner.id) as step:
        two = step.add_statement((banner.start, banner.end))
        step.set_speakers(two, [("journalist", None), ("Harbour Union", 2)])
        step.label(two, "stance", "neutral", "default")
        step.review(state="coded", flag=True, note="who wrote it?")
        three = step.add_statement(None)
        step.label(three, "frame", "[sic]")
    with coding.step("furniture", furniture.id) as step:
        step.review(state="furniture", role="caption")
    coding.add_seconds(quotation.id, 12.3456789)


def coded(path: Path) -> None:
    """Make a project in which ada and ben have coded the first of two articles."""
    with Store.create(path, CODEBOOK, [article("harbour", TEXT), article("port", OTHER)]) as store:
        code(store, "ada")
        code(store, "ben")


def coded_with_units(path: Path) -> None:
    """Make the same under a codebook that also asks about paragraphs and articles."""
    with Store.create(path, WITH_UNITS, [article("harbour", TEXT), article("port", OTHER)]) as store:
        code(store, "ada")
        coding = store.coding("ada")
        with coding.step("tone", 2) as step:
            step.label_paragraph("tone", "calm")
            step.label_article("topics", ["ports"], "guess")


@pytest.fixture
def project(tmp_path: Path, make_once: MakeOnce) -> Path:
    """A project in which ada and ben have coded the first of two articles."""
    return make_once(coded, tmp_path / "project.db")


@pytest.fixture
def project_with_units(tmp_path: Path, make_once: MakeOnce) -> Path:
    """The same under a codebook that also asks about paragraphs and articles."""
    return make_once(coded_with_units, tmp_path / "units.db")

"""Markdown of the manual: links that lead somewhere, and what the repository and the site lay out alike."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise

import pytest

from docs.hooks import BLOCK, COMMENT, OUTSIDE, outside_code, repository_path, site_place
from tests.conftest import ROOT

PAGES = [*(name for name in OUTSIDE if name.endswith(".md")), *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
TITLE = re.compile(r' *```\w+ title="([^"]+)"')
FENCE = re.compile(r"^( *)```", re.MULTILINE)
COMMAND = re.compile(r" *(\$ |annotator )")
ITEM = re.compile(r" *([-*]|\d+\.) |\|")


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def links(page: str) -> list[tuple[str, str]]:
    """Where the links of a page lead: path in the repository (the page itself without one) and anchor."""
    found: list[tuple[str, str]] = []

    def look(part: str) -> str:
        for link in LINK.finditer(part):
            if not re.match(r"\w+:", link["target"]):
                there = posixpath.join(posixpath.dirname(page), link["target"]) if link["target"] else page
                found.append((posixpath.normpath(there), link["anchor"] or ""))
        return part

    outside_code(text(page), look)
    return found


def anchors(page: str) -> set[str]:
    """The anchors of a page's headings, as the repository's host and the site make them."""
    titles = re.findall(r"^#+ (.*)$", BLOCK.sub("", text(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere_in_the_repository_and_on_the_site(page: str) -> None:
    for path, anchor in links(page):
        assert (ROOT / path).exists(), f"{page} links to {path}, which does not exist"
        assert site_place(path), f"{path} has no place on the site"
        if anchor:
            there = path if path.endswith(".md") else f"{path}/README.md"
            assert anchor in anchors(there), f"{page} links to #{anchor}, which {there} does not have"


@pytest.mark.parametrize("page", PAGES)
def test_the_text_names_the_file_that_a_block_is(page: str) -> None:
    """The repository's host does not show the title of a block."""
    blocks = list(BLOCK.finditer(text(page)))
    titles = [(block, TITLE.match(block[0])) for block in blocks]

    nameless = [title[1] for block, title in titles if title and f"`{title[1]}`" not in text(page)[: block.start()]]
    assert nameless == []


@pytest.mark.parametrize("page", PAGES)
def test_blocks_in_lists_are_indented_by_four(page: str) -> None:
    """The site takes less for text beside the list; the repository takes both."""
    assert {len(indent) % 4 for indent in FENCE.findall(text(page))} <= {0}


@pytest.mark.parametrize("page", PAGES)
def test_a_list_and_a_table_begin_after_a_blank_line(page: str) -> None:
    """On the site they would go on in the paragraph."""
    lines = BLOCK.sub("block", text(page)).splitlines()
    is_list = False
    for above, line in pairwise(lines):
        is_list = bool(ITEM.match(above)) or (is_list and bool(above.strip()) and above != "block")
        is_free = not above.strip() or above.startswith(("#", "<!--", "-->")) or is_list
        assert is_free or not ITEM.match(line), f"{page}: a blank line above {line!r}"


@pytest.mark.parametrize("page", PAGES)
def test_a_command_stands_in_a_block_that_is_followed(page: str) -> None:
    """Neither indented without a fence nor in a block of another language."""
    blocks = [match[0] for match in BLOCK.finditer(text(page))]
    others = [block for block in blocks if not block.lstrip().startswith(("```console", "````"))]

    left = [line for block in others for line in block.splitlines() if COMMAND.match(line)]
    prose = COMMENT.sub("", BLOCK.sub("", text(page)))
    left += [line for line in prose.splitlines() if COMMAND.match(line) and line.startswith("    ")]
    assert left == []


def test_a_page_outside_of_docs_knows_its_place() -> None:
    assert repository_path("index.md") == "README.md"
    assert repository_path("keys.md") == "docs/keys.md"
    assert site_place("docs/pictures/a.svg") == "pictures/a.svg"
    assert site_place("schemas") == "schemas.md"
    with pytest.raises(KeyError):
        site_place("annotator/model.py")


def test_links_in_code_stay_as_they_are() -> None:
    page = "[a](b) `[a](b)` ``[a](`b`)``\n```text\n[a](b)\n```\n[a](b)\n"

    changed = outside_code(page, lambda part: part.replace("(b)", "(c)"))

    assert changed == "[a](c) `[a](b)` ``[a](`b`)``\n```text\n[a](b)\n```\n[a](c)\n"


def test_every_page_has_its_place_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    named = re.findall(r": (\S+\.md)$", navigation, re.MULTILINE)

    assert sorted(named) == sorted(map(site_place, PAGES))


def test_every_page_begins_with_its_title() -> None:
    assert [page for page in PAGES if not text(page).startswith("# ")] == []

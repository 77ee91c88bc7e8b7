"""Hooks of MkDocs: pages of the site that lie outside of docs/, links between them, pictures in light and dark.

Pages are written so that their links work in the repository. The site has other places for some of them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]

OUTSIDE = {
    "README.md": "index.md",
    "schemas/README.md": "schemas.md",
    "seeds/README.md": "samples.md",
    "benchmarks/README.md": "benchmarks.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "CITATION.cff": "CITATION.cff",
    "LICENSE": "LICENSE",
}
"""Files outside of docs/, with their places on the site."""

COMMENT = re.compile(r"^[ \t]*<!--.*?-->[ \t]*\n", re.MULTILINE | re.DOTALL)
"""A comment of a page, which is for its tests."""

BLOCK = re.compile(r"^(?P<indent>[ \t]*)(?P<fence>`{3,}).*?^(?P=indent)(?P=fence)[ \t]*$", re.MULTILINE | re.DOTALL)
"""A fenced block of a page."""

_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)#\s]*)(?P<anchor>#[^)\s]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Give headings the anchors that they have in the repository, whatever their script."""
    from pymdownx.slugs import slugify

    config.mdx_configs["toc"] = {**config.mdx_configs.get("toc", {}), "slugify": slugify(case="lower")}
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from outside of docs/."""
    from mkdocs.structure.files import File

    for path, place in OUTSIDE.items():
        files.append(File.generated(config, place, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 (MkDocs' call)
    """Leave out comments, which are for the tests; set links and pictures as the site needs them."""
    place = page.file.src_uri
    text = COMMENT.sub("", markdown)
    return outside_code(text, lambda part: _LINK.sub(lambda link: _on_site(link, repository_path(place)), part))


def repository_path(place: str) -> str:
    """The path in the repository of a page on the site."""
    outside = {there: path for path, there in OUTSIDE.items()}
    return outside.get(place) or f"docs/{place}"


def site_place(path: str) -> str:
    """The place on the site of a file of the repository.

    Raises:
        KeyError: It has none.
    """
    if path in OUTSIDE:
        return OUTSIDE[path]
    if f"{path}/README.md" in OUTSIDE:
        return OUTSIDE[f"{path}/README.md"]
    if not path.startswith("docs/"):
        raise KeyError(path)
    return path.removeprefix("docs/")


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Change a page's text, but neither fenced blocks nor code in a line."""
    parts, end = [], 0
    for block in BLOCK.finditer(text):
        parts += [_outside_spans(text[end : block.start()], change), block[0]]
        end = block.end()
    return "".join([*parts, _outside_spans(text[end:], change)])


def _outside_spans(text: str, change: Callable[[str], str]) -> str:
    spans: list[str] = []

    def keep(match: re.Match[str]) -> str:
        spans.append(match[0])
        return f"\0{len(spans) - 1}\0"

    return re.sub(r"\0(\d+)\0", lambda match: spans[int(match[1])], change(_CODE.sub(keep, text)))


def _on_site(link: re.Match[str], page: str) -> str:
    """A link of a page of the repository as the site has it."""
    target, anchor = link["target"], link["anchor"] or ""
    if not target or ":" in target:
        return link[0]
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
    place = posixpath.relpath(site_place(path), posixpath.dirname(site_place(page)) or ".")
    dark = place.replace(".svg", "-dark.svg")
    if link["image"] and (ROOT / path.replace(".svg", "-dark.svg")).exists() and dark != place:
        return f"![{link['text']}]({place}#only-light)![{link['text']}]({dark}#only-dark)"
    return f"{link['image']}[{link['text']}]({place}{anchor})"

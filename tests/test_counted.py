"""Numbers stand with their nouns in every message: never "1 articles"."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import annotator
from annotator.text.counted import counted

FOLDER = Path(annotator.__file__).parent
# The coefficients know nothing but numpy; their errors are about arrays.
MODULES = sorted(path for path in FOLDER.rglob("*.py") if path.relative_to(FOLDER).parts[0] != "agreement")
_NOUNS = re.compile(
    r"^ (?:more |other |new |open )?(articles|paragraphs|statements|labels|steps|entries|records|files|coders|keys"
    r"|lines|pages|units|rows|columns|cells|fields|variables|categories|speakers|targets|decisions|sentences|disagreements|faults"
    r"|comparisons|characters|versions|conflicts|names|attachments)\b"
)
ALWAYS_MANY = {
    "codebook/model.py": ("_MOST_SIGNS", "warning.say"),
    "app/bursts.py": ("n",),
    "app/dialogs/ask.py": ("len(text)",),
    "app/dialogs/prompt.py": ("event.n", "most"),
    "app/screens/label.py": ("size.height",),
    "cli/targets.py": ("MAX_NAME",),
    "cli/commands/add.py": ("n",),
    "cli/merge_report.py": ("n",),
    "export/formats/dna.py": ("_MAX",),
    "export/formats/xlsx.py": ("_MAX_TEXT",),
    "export/without_texts.py": ("LONGEST",),
    "files/names.py": ("LONGEST_PATH_ON_WINDOWS",),
    "importing/label_values.py": ("MAX_TEXT",),
    "reports/statements/existence.py": ("units",),
    "reports/corpus/read.py": ("MOST_ROW_CODERS",),
    "reports/methods_paragraph.py": ("alpha.n_coders", "found.n_paragraphs", "number"),
    "reports/plan_page.py": ("one.rule[0]",),
    "reports/pages.py": ("one.origins_total",),
    "reports/render/terminal.py": ("len(block.names)",),
    "store/changes/adjudication.py": ("len(tidy)", "MOST_REASON"),
    "store/changes/draw_sample.py": ("n", "seed"),
    "store/changes/speaker_changes.py": ("MAX_NAME",),
    "store/tables/coders.py": ("len(tidy)",),
}
"""Per module, what stands before such a noun and is never one."""


@pytest.mark.parametrize(
    ("n", "noun", "said"),
    [
        (0, "article", "0 articles"),
        (1, "article", "1 article"),
        (2, "new article", "2 new articles"),
        (1, "category", "1 category"),
        (2, "category", "2 categories"),
        (2, "key", "2 keys"),
        (2, "batch", "2 batches"),
        (2, "person", "2 people"),
    ],
)
def test_a_noun_follows_its_number(n: int, noun: str, said: str) -> None:
    assert counted(n, noun, "people" if noun == "person" else None) == said


def bare_counts(source: str) -> list[str]:
    """The numbers in texts that stand before a noun in the plural, unless a condition has a text for one of them."""
    found = []
    tree = ast.parse(source)
    chosen = {part for node in ast.walk(tree) if isinstance(node, ast.IfExp) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr) or node in chosen:
            continue
        for value, text in zip(node.values, node.values[1:], strict=False):
            if not isinstance(value, ast.FormattedValue) or not isinstance(text, ast.Constant):
                continue
            if _NOUNS.match(str(text.value)):
                found.append(f"{ast.unparse(value.value)}{text.value!s}")
    return found


def test_a_bare_count_is_found() -> None:
    assert bare_counts('f"{n} articles left"') == ["n articles left"]
    assert bare_counts("f\"{counted(n, 'article')} left\"") == []
    assert bare_counts('"1 article" if n == 1 else f"{n} articles"') == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_message_has_a_bare_count(module: Path) -> None:
    known = ALWAYS_MANY.get(module.relative_to(FOLDER).as_posix(), ())

    bare = bare_counts(module.read_text(encoding="utf-8"))
    assert [one for one in bare if not one.startswith(tuple(f"{number} " for number in known))] == []

r"""Text as LaTeX: nothing in it is a command, and pdflatex can set every sign."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from annotator.reports.render.latex import to_latex
from annotator.reports.render.latex_text import latex_text
from annotator.reports.words.blocks import Block, Heading, HeatMap, Items, Prose, Table

EVERY_SIGN = (
    "".join(map(chr, range(0x20, 0x250))) + "ΑΒΓΩαβγςάώ–—‘’“”„‚«»‹›…•€−≥≤≠≈∞×→←↔√␛␊◇мир東京שלום😀u\u0304α\u0304x\u0332"
)
BLOCKS: list[Block] = [
    Heading(EVERY_SIGN[:300], 1),
    Prose(EVERY_SIGN),
    Items((EVERY_SIGN, "[x] y", "*z")),
    Table("T", ("a", "[b]"), (("[1]", "*"), ("*x", "[2]"), (EVERY_SIGN, r"\input{x} $x$ %")), frozenset({1})),
    HeatMap("H", "r_1", "c&2", ("x", "[y]"), ((1.0, 2.0), (3.0, 4.0))),
]


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        (r"\input{x}", r"\textbackslash{}input\{x\}"),
        ("50 % of A & B_1", r"50 \% of A \& B\_1"),
        ("Þór Ásgeirsson, Łódź", r"\TH{}\'{o}r \'{A}sgeirsson, \L{}\'{o}d\'{z}"),
        ("|uα, γ", r"\textbar{}u$\alpha$, $\gamma$"),
        ("u\u0304 ī", r"\={u} \={\i{}}"),
        ("≠ [.60, .85]", r"$\neq$ {[}.60, .85{]}"),
        ("a -- b", "a {-}{-} b"),
        ("Мир!", r"\otherscript{Мир}{U+041C U+0438 U+0440}!"),
    ],
)
def test_text_is_never_a_command(text: str, latex: str) -> None:
    assert latex_text(text) == latex


def test_outside_other_scripts_everything_is_ascii_or_latin_signs() -> None:
    left = re.sub(r"\\otherscript\{[^{}]*\}\{[^{}]*\}", "", latex_text(EVERY_SIGN))

    assert {sign for sign in left if ord(sign) > 0x7E} <= set("¡¢£¤¥¦§©ª¬®°±²³´µ¶·¸¹º¼½¾¿÷")


def test_no_row_begins_with_what_a_line_break_would_take() -> None:
    assert not re.search(r"\\\\\s*[\[*]", to_latex(BLOCKS))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_pdflatex_takes_every_sign(tmp_path: Path) -> None:
    (tmp_path / "report.tex").write_text(to_latex(BLOCKS), encoding="utf-8")

    done = subprocess.run(
        [shutil.which("pdflatex") or "", "-interaction=nonstopmode", "-halt-on-error", "report.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]

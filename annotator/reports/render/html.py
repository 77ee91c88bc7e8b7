"""Reports as one HTML file that needs nothing else: style and charts stand in it, and it prints."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from annotator.reports.render.svg import bars_svg, chart_svg
from annotator.reports.words.blocks import Bars, Block, Chart, Heading, HeatMap, Items, Prose, Table
from annotator.text.terminal_text import one_line, plain

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --weak: #666; --line: #ccc; --mark: #1f5fa8;
  --good: #1a7f37; --fair: #9a6700; --bad: #b3261e; --warn: #fff4d6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #16181c; --weak: #a0a0a0; --line: #444;
  --mark: #6cb0ff; --good: #4cc26a; --fair: #e0b03b; --bad: #ff8a80; --warn: #3a3215; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.2rem; border-bottom: 1px solid var(--line); }
table { border-collapse: collapse; margin: .6rem 0 1.4rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-style: italic; padding-bottom: .2rem; }
th, td { padding: .15rem .7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { border-bottom: 2px solid var(--line); font-weight: 600; }
.number { text-align: right; white-space: nowrap; }
.reliable { color: var(--good); } .tentative { color: var(--fair); } .unreliable { color: var(--bad); }
.undefined { color: var(--weak); }
.warning { background: var(--warn); padding: .4rem .8rem; border-left: 4px solid var(--fair); }
ul.warning { padding-left: 1.6rem; }
.heat td { text-align: right; } .heat td.same { outline: 2px solid var(--ink); outline-offset: -3px; }
figure { margin: 1rem 0; overflow-x: auto; } figcaption { font-style: italic; }
svg text { font: 13px system-ui, sans-serif; fill: var(--ink); } svg .scale, svg .figure { fill: var(--weak); }
svg .axis { stroke: var(--line); } svg .limit { stroke: var(--weak); stroke-dasharray: 3 3; }
svg .interval { stroke: var(--mark); stroke-width: 2; } svg .value, svg .bar { fill: var(--mark); }
@media print { body { max-width: none; margin: 0; } h2 { break-after: avoid; } table, figure { break-inside: avoid; } }
"""


def to_html(blocks: Iterable[Block], title: str) -> str:
    """A report as one HTML page; names from the data are text, never markup."""
    body = "\n".join(map(_written, blocks))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(one_line(title))}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _written(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{_text(block.text)}</h{block.level}>"
    if isinstance(block, Prose):
        return f'<p class="warning">{_text(block.text)}</p>' if block.is_warning else f"<p>{_text(block.text)}</p>"
    if isinstance(block, Items):
        items = "".join(f"<li>{_text(item)}</li>" for item in block.items)
        return f'<ul class="warning">{items}</ul>' if block.is_warning else f"<ul>{items}</ul>"
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Chart):
        return _figure(block.title, chart_svg(block))
    if isinstance(block, Bars):
        return _figure(block.title, bars_svg(block))
    return _heat(block)


def _figure(title: str, drawn: str) -> str:
    return f"<figure><figcaption>{_text(title)}</figcaption>{drawn}</figure>"


def _table(block: Table) -> str:
    def cells(tag: str, row: tuple[str, ...]) -> str:
        return "".join(
            f"<{tag}{_class(cell, is_number=i in block.numbers)}>{_text(cell)}</{tag}>" for i, cell in enumerate(row)
        )

    caption = f"<caption>{_text(block.title)}</caption>" if block.title else ""
    rows = "".join(f"<tr>{cells('td', row)}</tr>" for row in block.rows)
    return f"<table>{caption}<thead><tr>{cells('th', block.columns)}</tr></thead><tbody>{rows}</tbody></table>"


def _class(cell: str, *, is_number: bool) -> str:
    words = {"reliable": "reliable", "tentative": "tentative", "not reliable": "unreliable", "undefined": "undefined"}
    name = next((name for begins, name in words.items() if cell.startswith(begins)), "number" if is_number else "")
    return f' class="{name}"' if name else ""


def _heat(heat: HeatMap) -> str:
    """Counts on a ground that is the darker the more there are; what both gave alike is framed."""
    head = "".join(f"<th>{_text(name)}</th>" for name in heat.names)
    rows = []
    for i, name in enumerate(heat.names):
        cells = "".join(
            f'<td{" class=same" if i == j else ""} style="background: color-mix(in srgb, var(--mark) '
            f'{round(70 * heat.shade(i, j))}%, transparent)">{cell:g}</td>'
            for j, cell in enumerate(heat.cells[i])
        )
        rows.append(f"<tr><th>{_text(name)}</th>{cells}</tr>")
    caption = f"{_text(heat.title)}: {_text(heat.rows)} at the side, {_text(heat.columns)} above"
    return f'<table class="heat"><caption>{caption}</caption><tr><th></th>{head}</tr>{"".join(rows)}</table>'


def _text(text: str) -> str:
    return escape(plain(text))

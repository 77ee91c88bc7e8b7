"""Charts as SVG that stands in an HTML page: values with intervals, and bars; every figure also stands in words."""

from __future__ import annotations

from html import escape

from annotator.reports.words.blocks import Bars, Chart, Point
from annotator.text.terminal_text import one_line

_LEFT, _PLOT, _RIGHT, _ROW = 230, 360, 340, 24


def chart_svg(chart: Chart) -> str:
    """A dot for each value on its interval, with lines at .667 and .800."""
    lowest = min([0.0, *(x for p in chart.points for x in (p.value, p.low) if x is not None)])
    height = _ROW * len(chart.points) + 30

    def x(value: float) -> float:
        return _LEFT + _PLOT * (min(max(value, lowest), 1.0) - lowest) / (1.0 - lowest)

    marks = "".join(
        f'<line class="limit" x1="{x(limit):.1f}" y1="0" x2="{x(limit):.1f}" y2="{height - 24}"/>'
        f'<text class="scale" x="{x(limit):.1f}" y="{height - 8}" text-anchor="{anchor}">{words}</text>'
        for limit, words, anchor in ((0.667, ".667", "end"), (0.8, ".800", "start"))
    )
    ends = "".join(
        f'<text class="scale" x="{x(value):.1f}" y="{height - 8}" text-anchor="middle">{words}</text>'
        for value, words in ((lowest, f"{lowest:.2g}"), (1.0, "1"))
    )
    axis = f'<line class="axis" x1="{_LEFT}" y1="{height - 24}" x2="{_LEFT + _PLOT}" y2="{height - 24}"/>'
    rows = "".join(_row(point, i, x(point.value or 0.0), *_ends(point, x)) for i, point in enumerate(chart.points))
    return _svg(chart.title, height, marks + ends + axis + rows)


def bars_svg(bars: Bars) -> str:
    """A bar for each share."""
    height = _ROW * len(bars.bars) + 6
    rows = "".join(
        _label(bar.label, bar.shown, i)
        + f'<rect class="bar" x="{_LEFT}" y="{i * _ROW + 6}" width="{_PLOT * bar.share:.1f}" height="{_ROW - 10}"/>'
        for i, bar in enumerate(bars.bars)
    )
    return _svg(bars.title, height, rows)


def _ends(point: Point, x: object) -> tuple[float | None, float | None]:
    assert callable(x)  # noqa: S101 (the scale above)
    return (None, None) if point.low is None or point.high is None else (x(point.low), x(point.high))


def _row(point: Point, i: int, middle: float, low: float | None, high: float | None) -> str:
    y = i * _ROW + _ROW / 2
    drawn = _label(point.label, point.shown, i)
    if low is not None and high is not None:
        drawn += f'<line class="interval" x1="{low:.1f}" y1="{y}" x2="{high:.1f}" y2="{y}"/>'
    if point.value is not None:
        drawn += f'<circle class="value" cx="{middle:.1f}" cy="{y}" r="4.5"/>'
    return drawn


def _label(label: str, shown: str, i: int) -> str:
    y = i * _ROW + _ROW / 2 + 4
    short = one_line(label) if len(label) <= 34 else one_line(label)[:33] + "…"
    return (
        f'<text class="label" x="{_LEFT - 10}" y="{y}" text-anchor="end">{escape(short)}</text>'
        f'<text class="figure" x="{_LEFT + _PLOT + 12}" y="{y}">{escape(one_line(shown)[:50])}</text>'
    )


def _svg(title: str, height: int, body: str) -> str:
    width = _LEFT + _PLOT + _RIGHT
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(one_line(title))}</title>{body}</svg>'
    )

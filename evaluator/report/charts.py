"""Charts as SVG by small functions of our own: parts that every chart shares, and the line chart.

Nothing is told by colour alone: each line has its own mark and dashes and its name at its end, and title and description say the
chart in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

import attrs

from evaluator.report.text import visible, width

INK, FAINT, GRID = "#1b2733", "#5b6875", "#dde3e9"
LETTER = 6.9
LOOKS = (
    ("#00684a", "", "circle"),
    ("#b45309", "7 3", "square"),
    ("#1f5fa8", "2 3", "diamond"),
    ("#6b7280", "9 3 2 3", "triangle"),
    ("#8a2f6b", "4 2", "cross"),
)
"""Colour, dashes and mark of the first line, the second and so on."""
_ABOVE, _LEFT, _BELOW, _APART = 62, 64, 66, 17
_PLOT_HEIGHT = 280
_SIZE = re.compile(r' (?:width|height)="([0-9.]+)"')


@attrs.frozen(kw_only=True)
class Line:
    """One line: its name and a value for each place across; None leaves a gap."""

    name: str
    values: tuple[float | None, ...]


@attrs.frozen(kw_only=True)
class LineChart:
    """A line chart: `places` is where along the axis each value stands, `today` the one that is marked, `limit` a level to compare with.

    `top` is the end of the upright axis, found from the values where None; `shown` writes a level beside the axis.
    """

    title: str
    description: str
    across: str
    up: str
    labels: tuple[str, ...]
    places: tuple[float, ...]
    lines: tuple[Line, ...]
    today: int | None = None
    top: float | None = None
    limit: tuple[float, str] | None = None


def frame(title: str, description: str, wide: float, high: float, parts: Iterator[str]) -> str:
    """Return a picture with what a reader who cannot see it is told."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}" height="{high:g}" viewBox="0 0 {wide:g} {high:g}" role="img" '
        f'aria-label={quoteattr(visible(title))} font-family="Helvetica, Arial, DejaVu Sans, sans-serif" font-size="13">'
    )
    text = f"<title>{escape(visible(title))}</title>\n<desc>{escape(visible(description))}</desc>"
    return "\n".join([head, text, f'<rect width="{wide:g}" height="{high:g}" fill="#ffffff"/>', *parts, "</svg>"]) + "\n"


def stacked(pictures: Sequence[str], title: str) -> str:
    """Return pictures under each other as one."""
    if len(pictures) == 1:
        return pictures[0]
    sizes = [[float(size) for size in _SIZE.findall(picture.split(">", 1)[0])[:2]] for picture in pictures]
    parts, y = [], 0.0
    for picture, (_, high) in zip(pictures, sizes, strict=True):
        parts.append(picture.replace("<svg ", f'<svg y="{y:g}" ', 1).rstrip("\n"))
        y += high
    return frame(title, f"{len(pictures)} charts under each other.", max(wide for wide, _ in sizes), y, iter(parts))


def words(  # noqa: PLR0913 - a text and how it looks
    x: float, y: float, text: str, *, anchor: str = "middle", fill: str = INK, bold: bool = False
) -> str:
    """Return a text at a place."""
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"{weight}>{escape(visible(text))}</text>'


def rule(  # noqa: PLR0913 - two ends and how it looks
    x1: float, y1: float, x2: float, y2: float, *, stroke: str = GRID, dashes: str = "", thick: float = 1
) -> str:
    """Return a straight line."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" stroke-width="{thick:g}"{dashed}/>'


def line_chart(chart: LineChart) -> str:
    """Draw a line chart."""
    plot = _Plot(chart=chart)
    return frame(chart.title, chart.description, plot.wide, plot.high, _drawn(chart, plot))


@attrs.frozen(kw_only=True)
class _Plot:
    """Where things stand in a chart."""

    chart: LineChart

    @property
    def across(self) -> float:
        return max(420.0, min(760.0, 48.0 * len(self.chart.labels)), LETTER * width(self.chart.title) - 150)

    @property
    def wide(self) -> float:
        return _LEFT + self.across + 30 + LETTER * max((width(line.name) for line in self.chart.lines), default=0) + 20

    @property
    def high(self) -> float:
        return _ABOVE + _PLOT_HEIGHT + _BELOW

    @property
    def top(self) -> float:
        if self.chart.top is not None:
            return self.chart.top
        most = max([value for line in self.chart.lines for value in line.values if value is not None] + [1])
        levels = ticks(most)
        return levels[-1] if levels[-1] >= most else levels[-1] + (levels[1] - levels[0])

    def x(self, index: int) -> float:
        low, high = min(self.chart.places), max(self.chart.places)
        share = (self.chart.places[index] - low) / (high - low) if high > low else 0.5
        return _LEFT + 14 + share * (self.across - 28)

    def y(self, value: float) -> float:
        return _ABOVE + _PLOT_HEIGHT * (1 - value / self.top)


def _drawn(chart: LineChart, plot: _Plot) -> Iterator[str]:
    yield words(16, 26, chart.title, anchor="start", bold=True)
    yield words(16, 47, chart.up, anchor="start", fill=FAINT)
    yield from _axes(chart, plot)
    if chart.limit is not None:
        level, name = chart.limit
        yield rule(_LEFT, plot.y(level), _LEFT + plot.across, plot.y(level), stroke=INK, dashes="1 4", thick=1.5)
        yield words(_LEFT + plot.across - 4, plot.y(level) - 6, name, anchor="end", fill=FAINT)
    if chart.today is not None:
        x = plot.x(chart.today)
        yield rule(x, _ABOVE - 4, x, _ABOVE + _PLOT_HEIGHT, stroke=INK, dashes="5 4", thick=1.5)
        yield words(x, _ABOVE - 9, f"today: {chart.labels[chart.today]}", bold=True)
    for line, look in zip(chart.lines, LOOKS * 4, strict=False):
        yield from _line(line, look, plot)
    yield from _names(chart, plot)


def _axes(chart: LineChart, plot: _Plot) -> Iterator[str]:
    for level in ticks(plot.top):
        yield rule(_LEFT, plot.y(level), _LEFT + plot.across, plot.y(level))
        yield words(_LEFT - 8, plot.y(level) + 4.5, f"{level:,g}", anchor="end", fill=FAINT)
    bottom = _ABOVE + _PLOT_HEIGHT
    yield rule(_LEFT, bottom, _LEFT + plot.across, bottom, stroke=INK)
    yield from _labels(chart, plot, bottom + 20)
    yield words(_LEFT + plot.across / 2, bottom + 46, chart.across, fill=FAINT)


def _labels(chart: LineChart, plot: _Plot, y: float) -> Iterator[str]:
    """Write the labels across, leaving out those that would touch; today's is always there."""
    told: list[tuple[float, float]] = []
    order = sorted(
        range(len(chart.labels)), key=lambda position: (position != chart.today, position not in {0, len(chart.labels) - 1}, position)
    )
    for index in order:
        half = LETTER * width(chart.labels[index]) / 2 + 4
        left, right = plot.x(index) - half, plot.x(index) + half
        if all(right <= start or left >= end for start, end in told):
            told.append((left, right))
            yield words(plot.x(index), y, chart.labels[index], bold=index == chart.today)


def ticks(top: float) -> Sequence[float]:
    """Return four to eight even levels from 0 to a value or a little below it."""
    power = 10.0 ** (len(str(int(top))) - 1) if top >= 1 else 0.1
    step = next(power * one for one in (0.1, 0.2, 0.25, 0.5, 1, 2) if top / (power * one) <= 8)  # noqa: PLR2004 - as many as fit
    if top >= 4:  # noqa: PLR2004 - people come whole
        step = max(1.0, round(step))
    return [step * index for index in range(int(top / step + 1e-9) + 1)]


def _line(line: Line, look: tuple[str, str, str], plot: _Plot) -> Iterator[str]:
    colour, dashes, shape = look
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    for run in _runs(line.values):
        points = " ".join(f"{plot.x(position):.1f},{plot.y(line.values[position] or 0):.1f}" for position in run)
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'
    for index, value in enumerate(line.values):
        if value is not None:
            text = f"{line.name} at {plot.chart.labels[index]}: {value:,.0f}" if value == int(value) else f"{line.name}: {value:.2f}"
            yield f"<g><title>{escape(visible(text))}</title>{mark(plot.x(index), plot.y(value), shape, colour)}</g>"


def _runs(values: Sequence[float | None]) -> Iterator[list[int]]:
    run: list[int] = []
    for index, value in enumerate(values):
        if value is not None:
            run.append(index)
        elif run:
            yield run
            run = []
    if run:
        yield run


def mark(x: float, y: float, shape: str, colour: str) -> str:
    """Return a mark of one of the shapes."""
    drawn = {
        "circle": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"',
        "square": f'<rect x="{x - 3.7:.1f}" y="{y - 3.7:.1f}" width="7.4" height="7.4"',
        "diamond": f'<path d="M{x:.1f},{y - 5:.1f} l5,5 l-5,5 l-5,-5 Z"',
        "triangle": f'<path d="M{x:.1f},{y - 5:.1f} l5,9 h-10 Z"',
        "cross": f'<path d="M{x - 1.5:.1f},{y - 5:.1f} h3 v3.5 h3.5 v3 h-3.5 v3.5 h-3 v-3.5 h-3.5 v-3 h3.5 Z"',
    }[shape]
    return f'{drawn} fill="{colour}" stroke="#ffffff" stroke-width="1"/>'


def _names(chart: LineChart, plot: _Plot) -> Iterator[str]:
    """Write each line's name beside its end, moved apart where ends lie close."""
    ends: list[tuple[float, str, tuple[str, str, str]]] = []
    for line, look in zip(chart.lines, LOOKS * 4, strict=False):
        last = next((value for value in reversed(line.values) if value is not None), None)
        if last is not None:
            ends.append((plot.y(last), line.name, look))
    ends.sort()
    x, free = _LEFT + plot.across + 12, 0.0
    for index, (end, name, (colour, _, shape)) in enumerate(ends):
        lowest = _ABOVE + _PLOT_HEIGHT + 6 - _APART * (len(ends) - 1 - index)
        y = max(min(end, lowest), free)
        free = y + _APART
        yield mark(x, y, shape, colour)
        yield words(x + 10, y + 4.5, name, anchor="start")

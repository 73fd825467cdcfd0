"""A heat map as SVG: a number in every square, darker where there are more, today's square framed."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from evaluator.report.charts import FAINT, INK, LETTER, frame, words
from evaluator.report.text import width

_ABOVE, _BELOW = 84, 92
_TALL = 30
_LIGHT, _DARK = (0xF3, 0xF7, 0xFB), (0x0B, 0x4A, 0x8F)
_HANDFUL = 10
_STEPS = 5
_TURN = 0.55
"""The share from which the ground is dark enough for white figures."""


@attrs.frozen(kw_only=True)
class HeatMap:
    """Numbers over two axes: `numbers` has a row for each of `rows`, each number out of `whole`.

    `today` is the place of today's row and column.
    """

    title: str
    description: str
    across: str
    down: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    numbers: tuple[tuple[int, ...], ...]
    whole: int
    today: tuple[int, int] | None = None

    @property
    def darkest(self) -> int:
        """The number that is drawn darkest: the greatest there is, but never a handful, which would look like many."""
        most = max((number for row in self.numbers for number in row), default=0)
        return max(most, min(self.whole, _HANDFUL), 1)


def heat_map(chart: HeatMap) -> str:
    """Draw a heat map."""
    left = 24 + LETTER * max(width(label) for label in chart.rows)
    wide = max(46.0, 14 + LETTER * max(width(label) for label in (*chart.columns, *(f"{most:,}" for row in chart.numbers for most in row))))
    across = max(left + wide * len(chart.columns) + 24, LETTER * 1.1 * width(max(chart.title, chart.down, key=width)) + 48)
    high = _ABOVE + _TALL * len(chart.rows) + _BELOW
    return frame(chart.title, chart.description, across, high, _drawn(chart, left, wide))


def _drawn(chart: HeatMap, left: float, wide: float) -> Iterator[str]:
    yield words(16, 26, chart.title, anchor="start", bold=True)
    yield words(16, 47, f"down: {chart.down}", anchor="start", fill=FAINT)
    yield words(16, 66, f"across: {chart.across}", anchor="start", fill=FAINT)
    for down, (label, numbers) in enumerate(zip(chart.rows, chart.numbers, strict=True)):
        y = _ABOVE + _TALL * down
        yield words(left - 8, y + _TALL / 2 + 4.5, label, anchor="end", bold=chart.today is not None and chart.today[0] == down)
        for index, number in enumerate(numbers):
            yield from _square(chart, left + wide * index, y, wide, number, (down, index))
    yield from _frame(chart, left, wide)
    yield from _scale(chart)


def _colour(share: float) -> str:
    return "#" + "".join(f"{round(light + (dark - light) * share):02x}" for light, dark in zip(_LIGHT, _DARK, strict=True))


def _scale(chart: HeatMap) -> Iterator[str]:
    """Draw what the colours stand for, below everything else."""
    y = _ABOVE + _TALL * len(chart.rows) + 60
    yield words(16, y + 12, "0", anchor="start", fill=FAINT)
    start = 16 + LETTER * 2
    for step in range(_STEPS):
        yield f'<rect x="{start + 22 * step:.1f}" y="{y:.1f}" width="22" height="14" fill="{_colour(step / (_STEPS - 1))}"/>'
    text = f"{chart.darkest:,} or more" if chart.darkest > max(map(max, chart.numbers)) else f"{chart.darkest:,}"
    yield words(start + 22 * _STEPS + 8, y + 12, f"{text}, of {chart.whole:,}", anchor="start", fill=FAINT)


def _square(chart: HeatMap, x: float, y: float, wide: float, number: int, at: tuple[int, int]) -> Iterator[str]:  # noqa: PLR0913, PLR0917 - a square's place and number
    share = number / chart.darkest
    colour = _colour(share)
    text = f"{chart.rows[at[0]]}, {chart.columns[at[1]]}: {number:,}"
    yield f'<g><title>{text}</title><rect x="{x:.1f}" y="{y:.1f}" width="{wide - 1.5:.1f}" height="{_TALL - 1.5:.1f}" fill="{colour}"/>'
    yield words(x + wide / 2, y + _TALL / 2 + 4, f"{number:,}", fill="#ffffff" if share > _TURN else INK, bold=at == chart.today) + "</g>"


def _frame(chart: HeatMap, left: float, wide: float) -> Iterator[str]:
    """Write the columns' labels below, and frame today's square."""
    bottom = _ABOVE + _TALL * len(chart.rows)
    for index, label in enumerate(chart.columns):
        today = chart.today is not None and chart.today[1] == index
        yield words(left + wide * (index + 0.5), bottom + 18, label, bold=today)
    if chart.today is not None:
        down, across = chart.today
        x, y = left + wide * across, _ABOVE + _TALL * down
        box = f'x="{x - 1.5:.1f}" y="{y - 1.5:.1f}" width="{wide + 1.5:.1f}" height="{_TALL + 1.5:.1f}"'
        yield f'<rect {box} fill="none" stroke="{INK}" stroke-width="3"/>'
        yield words(16, bottom + 44, f"framed: today, {chart.rows[down]} and {chart.columns[across]}", anchor="start")

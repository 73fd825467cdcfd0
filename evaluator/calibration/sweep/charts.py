"""A sweep as pictures: a line for each verdict, and where asked precision, recall and the ratios of the groups worst hit; or a heat map."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from fractions import Fraction

from evaluator.calibration.sweep.analysis import Sweep
from evaluator.calibration.sweep.report import SweepContext, sweep_page
from evaluator.calibration.sweep.words import measured, shown, threshold_words
from evaluator.report.charts import Line, LineChart, line_chart, stacked
from evaluator.report.charts_heat import HeatMap, heat_map
from evaluator.report.pages import blocks_page
from evaluator.report.words import best_words

_FIFTHS = 0.8


def sweep_svg(sweep: Sweep) -> str:
    """Draw a sweep as one picture."""
    return stacked(tuple(pictures(sweep)), _title(sweep))


def sweep_html(sweep: Sweep, sweep_context: SweepContext) -> str:
    """Write a sweep as an HTML file with its pictures."""
    return blocks_page(tuple(sweep_page(sweep, sweep_context)), title=_title(sweep), pictures=tuple(pictures(sweep)))


def pictures(sweep: Sweep) -> Iterator[str]:
    """Yield the charts of a sweep."""
    if len(sweep.thresholds) > 1:
        yield heat_map(_heat(sweep))
        return
    yield line_chart(_verdicts(sweep))
    shares = tuple(_shares(sweep))
    if shares:
        what = ["shares of past decisions" if sweep.decided is not None else "", "impact ratios" if sweep.points[0].rates else ""]
        title = " and ".join(filter(None, what))
        yield line_chart(_chart(sweep, title[:1].upper() + title[1:], "share or ratio, 1 at the top", shares, top=1.0))


def _title(sweep: Sweep) -> str:
    return f"{sweep.subject.title}: {' and '.join(threshold_words(threshold, sweep) for threshold in sweep.thresholds)}"


def _verdicts(sweep: Sweep) -> LineChart:
    lines = tuple(Line(name=word, values=tuple(float(point.numbers[word]) for point in sweep.points)) for word in sweep.words)
    return _chart(sweep, _title(sweep), "people" if sweep.among_everyone else "candidates", lines)


def _chart(sweep: Sweep, title: str, up: str, lines: tuple[Line, ...], top: float | None = None) -> LineChart:
    threshold, values = sweep.thresholds[0], sweep.values[0]
    today = values.index(threshold.value)
    ready = sweep.best
    first, last, now = (shown(threshold, value) for value in (values[0], values[-1], threshold.value))
    words = f"Across: {threshold.path}, from {first} to {last}, today {now}. "
    three = (sweep.points[0], sweep.today, sweep.points[-1])
    ends = [f"{point.numbers[ready]:,} at {shown(threshold, point.values[0])}" for point in three]
    return LineChart(
        title=title,
        description=f"{words}{ready[:1].upper() + ready[1:]}: {', '.join(ends)}.",
        across=measured(threshold, sweep.pack),
        up=up,
        labels=tuple(threshold.shown(value) for value in values),
        places=_places(values),
        lines=lines,
        today=today,
        top=top,
        limit=(_FIFTHS, "four fifths") if top and sweep.points[0].rates else None,
    )


def _places(values: tuple[object, ...]) -> tuple[float, ...]:
    """Return where values stand along the axis: numbers and dates by their size, everything else evenly."""
    if all(isinstance(value, datetime.date) for value in values):
        return tuple(float(value.toordinal()) for value in values if isinstance(value, datetime.date))
    numbers = [float(value) for value in values if isinstance(value, int | Fraction) and not isinstance(value, bool)]
    return tuple(numbers) if len(numbers) == len(values) else tuple(map(float, range(len(values))))


def _shares(sweep: Sweep) -> Iterator[Line]:
    if sweep.decided is not None:
        for name in ("precision", "recall"):
            values = [getattr(point.agreement, name) for point in sweep.points]
            yield Line(name=name, values=tuple(None if value is None else float(value) for value in values))
    for index, rates in enumerate(sweep.points[0].rates):
        compared = [point.rates[index].comparison for point in sweep.points]
        for group in dict.fromkeys(comparison.worst_hit.name for comparison in compared if comparison.worst_hit):
            ratios = [comparison.ratio(group) for comparison in compared]
            yield Line(name=f"{rates.dimension} {group}: ratio", values=tuple(None if ratio is None else float(ratio) for ratio in ratios))


def _heat(sweep: Sweep) -> HeatMap:
    down, across = sweep.thresholds
    ready, words = sweep.best, best_words(sweep.best)
    columns = tuple(across.shown(value) for value in sweep.values[1])
    rows = tuple(down.shown(value) for value in sweep.values[0])
    numbers = [point.numbers[ready] for point in sweep.points]
    wide = len(columns)
    return HeatMap(
        title=f"{sweep.subject.title}: how many are {words}",
        description=f"Down {down.path}, across {across.path}. Today {sweep.today.numbers[ready]:,} of {sweep.today.counted:,} are {words}.",
        across=measured(across, sweep.pack),
        down=measured(down, sweep.pack),
        columns=columns,
        rows=rows,
        numbers=tuple(tuple(numbers[start : start + wide]) for start in range(0, len(numbers), wide)),
        whole=sweep.today.counted,
        today=(sweep.values[0].index(down.value), sweep.values[1].index(across.value)),
    )

"""A sweep as pictures: a line for each verdict, and where asked precision, recall and the ratios of the groups worst hit; or a heat map."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from fractions import Fraction

from evaluator.calibration.sweep.analysis import Sweep
from evaluator.calibration.sweep.report import Made, sweep_page
from evaluator.calibration.sweep.words import measured, shown, threshold_words
from evaluator.report.charts import Line, LineChart, line_chart, stacked
from evaluator.report.charts_heat import HeatMap, heat_map
from evaluator.report.pages import blocks_page

_FIFTHS = 0.8


def sweep_svg(found: Sweep) -> str:
    """Draw a sweep as one picture."""
    return stacked(tuple(pictures(found)), _title(found))


def sweep_html(found: Sweep, made: Made) -> str:
    """Write a sweep as an HTML file with its pictures."""
    return blocks_page(tuple(sweep_page(found, made)), title=_title(found), pictures=tuple(pictures(found)))


def pictures(found: Sweep) -> Iterator[str]:
    """Yield the charts of a sweep."""
    if len(found.thresholds) > 1:
        yield heat_map(_heat(found))
        return
    yield line_chart(_verdicts(found))
    shares = tuple(_shares(found))
    if shares:
        what = ["shares of past decisions" if found.decided is not None else "", "impact ratios" if found.points[0].rates else ""]
        title = " and ".join(filter(None, what))
        yield line_chart(_chart(found, title[:1].upper() + title[1:], "share or ratio, 1 at the top", shares, top=1.0))


def _title(found: Sweep) -> str:
    return f"{found.subject.title}: {' and '.join(threshold_words(one, found) for one in found.thresholds)}"


def _verdicts(found: Sweep) -> LineChart:
    lines = tuple(Line(name=word, values=tuple(float(point.numbers[word]) for point in found.points)) for word in found.words)
    return _chart(found, _title(found), "people" if found.among_everyone else "candidates", lines)


def _chart(found: Sweep, title: str, up: str, lines: tuple[Line, ...], top: float | None = None) -> LineChart:
    threshold, values = found.thresholds[0], found.values[0]
    today = values.index(threshold.value)
    ready = found.pack.verdicts[0]
    first, last, now = (shown(threshold, value) for value in (values[0], values[-1], threshold.value))
    told = f"Across: {threshold.path}, from {first} to {last}, today {now}. "
    three = (found.points[0], found.today, found.points[-1])
    ends = [f"{point.numbers[ready]:,} at {shown(threshold, point.values[0])}" for point in three]
    return LineChart(
        title=title,
        description=f"{told}{ready[:1].upper() + ready[1:]}: {', '.join(ends)}.",
        across=measured(threshold, found.pack),
        up=up,
        labels=tuple(threshold.shown(value) for value in values),
        places=_places(values),
        lines=lines,
        today=today,
        top=top,
        limit=(_FIFTHS, "four fifths") if top and found.points[0].rates else None,
    )


def _places(values: tuple[object, ...]) -> tuple[float, ...]:
    """Return where values stand along the axis: numbers and dates by their size, everything else evenly."""
    if all(isinstance(one, datetime.date) for one in values):
        return tuple(float(one.toordinal()) for one in values if isinstance(one, datetime.date))
    numbers = [float(one) for one in values if isinstance(one, int | Fraction) and not isinstance(one, bool)]
    return tuple(numbers) if len(numbers) == len(values) else tuple(map(float, range(len(values))))


def _shares(found: Sweep) -> Iterator[Line]:
    if found.decided is not None:
        for name in ("precision", "recall"):
            values = [getattr(point.agreement, name) for point in found.points]
            yield Line(name=name, values=tuple(None if one is None else float(one) for one in values))
    for place, rates in enumerate(found.points[0].rates):
        compared = [point.rates[place].comparison for point in found.points]
        for group in dict.fromkeys(one.worst_hit.name for one in compared if one.worst_hit):
            ratios = [one.ratio(group) for one in compared]
            yield Line(name=f"{rates.dimension} {group}: ratio", values=tuple(None if one is None else float(one) for one in ratios))


def _heat(found: Sweep) -> HeatMap:
    down, across = found.thresholds
    ready = found.pack.verdicts[0]
    columns = tuple(across.shown(value) for value in found.values[1])
    rows = tuple(down.shown(value) for value in found.values[0])
    numbers = [point.numbers[ready] for point in found.points]
    wide = len(columns)
    return HeatMap(
        title=f"{found.subject.title}: how many are {ready}",
        description=f"Down {down.path}, across {across.path}. Today {found.today.numbers[ready]:,} of {found.today.counted:,} are {ready}.",
        across=measured(across, found.pack),
        down=measured(down, found.pack),
        columns=columns,
        rows=rows,
        numbers=tuple(tuple(numbers[start : start + wide]) for start in range(0, len(numbers), wide)),
        whole=found.today.counted,
        today=(found.values[0].index(down.value), found.values[1].index(across.value)),
    )

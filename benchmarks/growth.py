"""How the time of the columns engine grows with people and with criteria, as a table and as a plot."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path

import attrs
import polars as pl
from tabulate import tabulate
from timing import median, side_by_side

from evaluator.core.model import Pack
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import plan, side

PEOPLE = (50_000, 100_000, 250_000, 500_000, 1_000_000, 2_000_000)
ROLES = (3, 6, 9, 12, 15)
PEOPLE_FOR_ROLES = 500_000
Points = Sequence[tuple[float, float]]
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM, _GAP = 360, 240, 64, 36, 48, 24


def run(default: Pack, rounds: int, clock: Callable[[], float], target: Path) -> int:
    """Time, print and draw."""
    from columns import DISTINCT, Population
    from made import made_pack

    made = made_pack(default.bands)
    population = Population.of(made, DISTINCT)
    largest = population.larger(max(PEOPLE))
    few = largest[:PEOPLE_FOR_ROLES]
    by_people = _timed({count: _verdicts(made, largest[:count]) for count in PEOPLE}, rounds, clock)
    criteria = {sum(len(role.criteria) for role in made.judged_roles[:count]): _fewer(made, count) for count in ROLES}
    by_criteria = _timed({count: _verdicts(pack, few) for count, pack in criteria.items()}, rounds, clock)
    rows = [("people", f"{count:,.0f}", f"{seconds:.3f}", f"{seconds / count * 1e6:.2f}") for count, seconds in by_people]
    rows += [("criteria", f"{count:,.0f}", f"{seconds:.3f}", f"{seconds / count * 1e3:.2f}") for count, seconds in by_criteria]
    print(tabulate(rows, headers=("of", "count", "seconds", "µs a person, ms a criterion"), disable_numparse=True))
    million = [(count / 1e6, seconds) for count, seconds in by_people]
    panels = [Panel(title="120 criteria", axis="million people", points=million)]
    panels.append(Panel(title=f"{PEOPLE_FOR_ROLES:,} people", axis="criteria", points=by_criteria))
    target.write_text(drawn(panels), encoding="utf-8")
    return 0


def _fewer(pack: Pack, count: int) -> Pack:
    kept = {role.id: role for role in pack.judged_roles[:count]}
    return attrs.evolve(pack, roles=kept, moves=tuple(move for move in pack.moves if {move.origin, move.to} <= set(kept)))


def _verdicts(pack: Pack, frame: pl.DataFrame) -> Callable[[], object]:
    with speaking(pl):
        wanted = [side(role, "v", which) for role in pack.judged_roles for which in ("low", "high")]
        return plan(pack).run(frame.lazy()).select(wanted).collect


def _timed(passes: Mapping[int, Callable[[], object]], rounds: int, clock: Callable[[], float]) -> list[tuple[float, float]]:
    seconds = side_by_side({str(count): one for count, one in passes.items()}, rounds, clock)
    return [(count, median(seconds, str(count))) for count in passes]


@attrs.frozen(kw_only=True)
class Panel:
    """One plot of seconds over something, with a line from nothing, or with the straight line that is nearest to all points."""

    title: str
    axis: str
    points: Points
    from_nothing: bool = True


def drawn(panels: Sequence[Panel], across: int = 2) -> str:
    """Return panels as SVG, so many side by side, each with its points and a straight line."""
    width = min(across, len(panels)) * (_LEFT + _WIDTH + _GAP)
    high = _TOP + _HEIGHT + _BOTTOM
    height = -(-len(panels) // across) * high
    label = "; ".join(f"seconds over {panel.axis}, {panel.title}" for panel in panels)
    body = "".join(
        f'<g transform="translate({place % across * (_LEFT + _WIDTH + _GAP)},{place // across * high})">{_panel(panel, _LEFT)}</g>'
        for place, panel in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif" font-size="12">'
        f'<title>{escape(label)}</title><rect width="{width}" height="{height}" fill="#fff"/>{body}</svg>\n'
    )


def _panel(panel: Panel, left: int) -> str:
    across, up = (_nice(max(point[axis] for point in panel.points)) for axis in (0, 1))

    def at(x: float, y: float) -> tuple[str, str]:
        return f"{left + x / across * _WIDTH:.1f}", f"{_TOP + _HEIGHT - y / up * _HEIGHT:.1f}"

    parts = [f'<text x="{left}" y="{_TOP - 14}" font-weight="bold">{escape(panel.title)}: seconds</text>']
    for step in range(5):
        x, _ = at(across * step / 4, 0)
        _, y = at(0, up * step / 4)
        parts.append(f'<path d="M{left} {y}h{_WIDTH}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 6}" y="{y}" dy="4" text-anchor="end">{up * step / 4:g}</text>')
        parts.append(f'<text x="{x}" y="{_TOP + _HEIGHT + 18}" text-anchor="middle">{across * step / 4:g}</text>')
    middle = left + _WIDTH / 2
    parts.append(f'<text x="{middle}" y="{_TOP + _HEIGHT + 38}" text-anchor="middle">{escape(panel.axis)}</text>')
    slope, base = _line(panel)
    end = min(across, (up - base) / slope)
    start, stop = at(0, base), at(end, base + end * slope)
    parts.append(f'<path d="M{" ".join(start)}L{" ".join(stop)}" stroke="#888" stroke-dasharray="4 4"/>')
    for point in panel.points:
        x, y = at(*point)
        parts.append(f'<circle cx="{x}" cy="{y}" r="4" fill="#2060a0"/>')
    return "".join(parts)


def _line(panel: Panel) -> tuple[float, float]:
    """Return the slope of a panel's line and where it begins."""
    if panel.from_nothing:
        return sum(y for _, y in panel.points) / sum(x for x, _ in panel.points), 0.0
    slope, base = statistics.linear_regression([x for x, _ in panel.points], [y for _, y in panel.points])
    return slope, base


def _nice(most: float) -> float:
    """Return a round number at or above."""
    size = 10.0 ** (len(f"{most:.0f}") - 1) if most >= 1 else 0.1
    return next((size * step for step in (1, 2, 4, 8) if size * step >= most), size * 10)

"""A sweep as a page, as rows and as JSON: verdicts at each value, today's marked, and the line to run for another."""

from __future__ import annotations

import datetime
import shlex
from collections.abc import Iterator, Sequence
from fractions import Fraction

import attrs

from evaluator._version import __version__
from evaluator.calibrate.paths import Setting, Threshold
from evaluator.calibrate.statistics import Counts, impact_ratio
from evaluator.calibrate.sweep import Point, Rates, Sweep
from evaluator.model import Band, Move
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.people import pack_words
from evaluator.report.tables import Cell, Table
from evaluator.report.views import people_words
from evaluator.report.words import NOTHING, NOTICE, Style, counted
from evaluator.values import Kind, show_number

TODAY = "today"


@attrs.frozen(kw_only=True)
class Made:
    """What a sweep rests on beside the pack: the day, and the folder of the pack as it was named."""

    as_of: datetime.date
    rules: str


def sweep_page(found: Sweep, made: Made) -> tuple[Block, ...]:
    """Return the page of a sweep of one threshold, or of two."""
    one = len(found.thresholds) == 1
    table = _table(found) if one else _grid(found)
    title = f"{found.subject.title}: {' and '.join(threshold_words(threshold, found) for threshold in found.thresholds)}"
    lead = Paragraph(_lead(found))
    notes = [Paragraph(f"How many are {found.pack.verdicts[0]}; in brackets, today.")] if not one else []
    setting = (Heading("To set a value", 3), _lines(found, made))
    ends = (Facts(tuple(_facts(found, made))), Paragraph(NOTICE, style=Style.FAINT))
    return (Heading(title, 1), lead, *notes, table, *_rates_note(found), *setting, *ends)


def threshold_words(threshold: Threshold, found: Sweep) -> str:
    """Name a threshold by what it belongs to."""
    owner = threshold.owner
    if isinstance(owner, Band):
        return f"verdict {owner.verdict}, {threshold.path.split('.', 2)[2]}"
    if isinstance(owner, Move):
        return f"the move from {found.pack.roles[owner.origin].title}, {threshold.path.split('.', 2)[2]}"
    return owner.title


def shown(threshold: Threshold, value: Setting) -> str:
    """Show a value as a rule file has it, with its unit."""
    unit = threshold.type.unit
    return threshold.written(value) + (f" {unit}" if unit and threshold.type.kind in {Kind.NUMBER, Kind.INTEGER} else "")


def _lead(found: Sweep) -> str:
    who = people_words(found.today.counted) if found.among_everyone else counted(found.today.counted, "candidate")
    today = ", ".join(f"`{one.path}` at {shown(one, one.value)}" for one in found.thresholds)
    ready = found.today.numbers[found.pack.verdicts[0]]
    return f"{who}; today, with {today}, {ready:,} {'is' if ready == 1 else 'are'} {found.pack.verdicts[0]}."


def headers(found: Sweep) -> tuple[str, ...]:
    """Return the headers of the rows of a sweep."""
    first = found.points[0]
    agreed = ("Precision", "Recall") if first.agreement else ()
    rated = tuple(head for rates in first.rates for head in (f"Lowest ratio by {rates.dimension}", "of"))
    people = ("People",) if len({point.counted for point in found.points}) > 1 else ()
    return (*("Value", "Second")[: len(found.thresholds)], "", *people, *found.words, *agreed, *rated)


def row(found: Sweep, point: Point) -> tuple[str, ...]:
    """Return one point as texts, in the order of the headers."""
    values = tuple(shown(threshold, value) for threshold, value in zip(found.thresholds, point.values, strict=True))
    people = (f"{point.counted:,}",) if len({one.counted for one in found.points}) > 1 else ()
    agreed = (share_words(point.agreement.precision), share_words(point.agreement.recall)) if point.agreement else ()
    rated = tuple(text for rates in point.rates for text in _lowest_words(rates))
    return (*values, TODAY if point.today else "", *people, *(f"{point.numbers[word]:,}" for word in found.words), *agreed, *rated)


def _table(found: Sweep) -> Table:
    rows = []
    for point in found.points:
        style = Style.STRONG if point.today else Style.PLAIN
        rows.append(tuple(Cell(text, style) for text in row(found, point)))
    return Table(headers=headers(found), rows=tuple(rows))


def _grid(found: Sweep) -> Table:
    """Return how many are ready, the first threshold down and the second across."""
    down, across = found.thresholds
    ready = found.pack.verdicts[0]
    rows = []
    for value in found.values[0]:
        points = [point for point in found.points if point.values[0] == value]
        rows.append((Cell(shown(down, value)), *(_square(point.numbers[ready], today=point.today) for point in points)))
    return Table(headers=("", *(shown(across, value) for value in found.values[1])), rows=tuple(rows))


def _square(number: int, *, today: bool) -> Cell:
    return Cell(f"[{number:,}]", Style.STRONG) if today else Cell(f"{number:,}")


def lowest(rates: Rates) -> tuple[str, Fraction, Counts] | None:
    """Return the group with the lowest impact ratio; None where nobody is selected or there is but one group."""
    best = rates.best
    if best is None or len(rates.groups) < 2:  # noqa: PLR2004 - nothing to compare
        return None
    ratios = [(ratio, name, counts) for name, counts in rates.groups.items() if (ratio := impact_ratio(counts, best)) is not None]
    ratio, name, counts = min(ratios, key=lambda found: (found[0], found[1]))
    return (name, ratio, counts)


def _lowest_words(rates: Rates) -> tuple[str, str]:
    found = lowest(rates)
    if found is None:
        return (NOTHING, NOTHING)
    name, ratio, counts = found
    return (show_number(ratio), f"{name} ({counts.selected:,} of {counts.considered:,})")


def share_words(share: Fraction | None) -> str:
    """Show a share in per cent; a dash where it is undefined."""
    return NOTHING if share is None else f"{show_number(Fraction(round(share * 1000), 10))} %"


def _rates_note(found: Sweep) -> Iterator[Block]:
    ready = found.pack.verdicts[0]
    if any(point.rates for point in found.points):
        what = "The lowest impact ratio: a group's selection rate over the highest one; under 0.8 is under four fifths."
        step = f"Where nobody is {ready}, there is none. `evaluator impact` has every group, intervals and tests."
        yield Paragraph(f"{what} {step}", style=Style.FAINT)
    if found.decided is not None:
        what = f"Precision and recall are held against {counted(found.decided, 'past decision')}:"
        yield Paragraph(f"{what} of those {ready}, how many were promoted; of those promoted, how many are {ready}.", style=Style.FAINT)


def _lines(found: Sweep, made: Made) -> Listing:
    pairs = zip(found.thresholds, found.values, strict=True)
    return Listing(tuple(Item(set_line(found, one, _example(one, values), made), mark="·") for one, values in pairs))


def _example(threshold: Threshold, values: Sequence[Setting]) -> str:
    """Return the value next to today's, as an example of one to choose."""
    place = values.index(threshold.value)
    other = values[place + 1] if place + 1 < len(values) else values[place - 1] if place else threshold.value
    return threshold.written(other)


def set_line(found: Sweep, threshold: Threshold, value: str, made: Made) -> str:
    """Return the command that sets a threshold to a value."""
    rules = [] if made.rules == "rules" else ["--rules", made.rules]
    return shlex.join(["evaluator", "set", found.role.id, threshold.path, value, *rules])


def _facts(found: Sweep, made: Made) -> Iterator[Fact]:
    for threshold in found.thresholds:
        yield Fact("Threshold", f"{threshold.path}, {threshold.span.path}:{threshold.span.line}")
    among = "everybody" if found.among_everyone else "candidates, to whom an open move leads there"
    yield Fact("People", f"{found.today.counted:,}, {among}")
    yield Fact("Pack", pack_words(found.pack))
    yield Fact("As of", f"{made.as_of}, where a row has no day of its own")
    yield Fact("Tool", f"evaluator {__version__}")

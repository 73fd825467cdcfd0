"""A sweep as a page, as rows and as JSON: verdicts at each value, today's marked, and the line to run for another."""

from __future__ import annotations

import datetime
import shlex
from collections.abc import Iterator
from fractions import Fraction

import attrs

from evaluator._version import __version__
from evaluator.calibration.disclosure import POOL
from evaluator.calibration.impact.words import EXACT, EXACT_WORDS, FEW_WORDS, count_words, held_words, lowered_words, ratio_words
from evaluator.calibration.left_out import left_out_blocks
from evaluator.calibration.statistics import Confusion
from evaluator.calibration.sweep.analysis import Point, Rates, Sweep
from evaluator.calibration.sweep.words import heading, measured, shown, threshold_words, too_near_words
from evaluator.core.attributes import LookupTable
from evaluator.core.conditions import NamedCondition
from evaluator.core.days import ManyDays
from evaluator.core.model import Band, Criterion
from evaluator.core.pack_conditions import uses_of
from evaluator.packs.thresholds import Threshold
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.days import population_days, projected
from evaluator.report.people import pack_words
from evaluator.report.tables import Cell, Table
from evaluator.report.views import people_words
from evaluator.report.words import NOTHING, NOTICE, Style, best_words, counted, joined, percent_words, some

TODAY = "today"
_NAMED = 3


@attrs.frozen(kw_only=True)
class SweepContext:
    """What a sweep rests on beside the pack: the day, the folder of the pack as it was named, and people's days."""

    as_of: datetime.date
    rules: str
    days: ManyDays | None = None


def sweep_page(sweep: Sweep, sweep_context: SweepContext) -> tuple[Block, ...]:
    """Return the page of a sweep of one threshold, or of two."""
    single = len(sweep.thresholds) == 1
    table = _table(sweep) if single else _grid(sweep)
    moved = " and ".join(threshold_words(threshold, sweep) for threshold in sweep.thresholds)
    title = projected(f"{sweep.subject.title}: {moved}", sweep_context.days)
    lead = Paragraph(_lead(sweep))
    notes = [] if single else [Paragraph(_grid_words(sweep))]
    setting = (Heading("To set a value"), _lines(sweep, sweep_context))
    ends = (Facts(tuple(_facts(sweep, sweep_context))), Paragraph(NOTICE, style=Style.FAINT))
    others = tuple(other_blocks(sweep))
    return (Heading(title, 1), lead, *left_out_blocks(sweep.people), *notes, table, *_notes(sweep), *others, *setting, *ends)


def _lead(sweep: Sweep) -> str:
    who = people_words(sweep.today.counted) if sweep.among_everyone else counted(sweep.today.counted, "candidate")
    today = joined([f"`{threshold.path}` at {shown(threshold, threshold.value)}" for threshold in sweep.thresholds])
    ready = sweep.today.numbers[sweep.best]
    words = f"{who}; today, with {today}, {ready:,} {'is' if ready == 1 else 'are'} {best_words(sweep.best)}."
    moved = {threshold.owner.id for threshold in sweep.thresholds if isinstance(threshold.owner, Criterion) and threshold.of_policy}
    if moved:
        roles = [role for role in sweep.pack.judged_roles if any(one.policy and one.id in moved for one in role.criteria)]
        words += f" A policy's threshold holds for {counted(len(roles), 'role')}; shown: {sweep.subject.title}."
    named = [threshold.owner for threshold in sweep.thresholds if isinstance(threshold.owner, NamedCondition)]
    if named:
        uses = len({id(use): use for owner in named for use in uses_of(sweep.pack, owner.id)})
        words += f" A named condition holds wherever it is used, here by {counted(uses, 'rule')}; shown: {sweep.subject.title}."
    tables = [threshold.owner.label for threshold in sweep.thresholds if isinstance(threshold.owner, LookupTable)]
    if tables:
        words += f" A value of “{tables[0]}” holds wherever the table is looked up; shown: {sweep.subject.title}."
    if not any(isinstance(threshold.owner, Band) for threshold in sweep.thresholds):
        return words
    scales = {threshold.track for threshold in sweep.thresholds if isinstance(threshold.owner, Band)}
    roles = [role for role in sweep.pack.judged_roles if sweep.pack.scale_of(role) in scales]
    every = "all " if len(roles) == len(sweep.pack.judged_roles) else ""
    return f"{words} A verdict's threshold holds for {every}{counted(len(roles), 'role')}; shown: {sweep.subject.title}."


def _grid_words(sweep: Sweep) -> str:
    down, across = (measured(threshold, sweep.pack) for threshold in sweep.thresholds)
    return f"How many are {best_words(sweep.best)}; in brackets, today. Down: {down}. Across: {across}."


def headers(sweep: Sweep) -> tuple[str, ...]:
    """Return the headers of the rows of a sweep."""
    first = sweep.points[0]
    agreed = ("Past: precision", "Past: recall") if first.agreement else ()
    rated = tuple(head for rates in first.rates for head in (f"Worst hit by {rates.dimension}", "Ratio"))
    people = ("People",) if len({point.counted for point in sweep.points}) > 1 else ()
    return (heading(sweep.thresholds[0]), "", *people, *sweep.words, *agreed, *rated)


def row(sweep: Sweep, point: Point) -> tuple[str, ...]:
    """Return one point as texts, in the order of the headers."""
    values = tuple(threshold.shown(value) for threshold, value in zip(sweep.thresholds, point.values, strict=True))
    people = (f"{point.counted:,}",) if len({one.counted for one in sweep.points}) > 1 else ()
    agreed = () if point.agreement is None else _agreed(point.agreement)
    rated = tuple(text for rates in point.rates for text in _worst_hit_words(rates))
    return (*values, TODAY if point.today else "", *people, *(f"{point.numbers[word]:,}" for word in sweep.words), *agreed, *rated)


def _table(sweep: Sweep) -> Table:
    rows = []
    for point in sweep.points:
        style = Style.STRONG if point.today else Style.PLAIN
        rows.append(tuple(Cell(text, style) for text in row(sweep, point)))
    return Table(headers=headers(sweep), rows=tuple(rows), tight=True)


def _grid(sweep: Sweep) -> Table:
    """Return how many are ready, the first threshold down and the second across."""
    down, across = sweep.thresholds
    ready = sweep.best
    rows = []
    for value in sweep.values[0]:
        points = [point for point in sweep.points if point.values[0] == value]
        rows.append((Cell(down.shown(value)), *(_square(point.numbers[ready], today=point.today) for point in points)))
    return Table(headers=("", *map(across.shown, sweep.values[1])), rows=tuple(rows), tight=True)


def other_blocks(sweep: Sweep) -> Iterator[Block]:
    """Yield who moves for roles that ask who is ready for the one whose threshold is moved, at each value at which somebody does."""
    if not sweep.waiting:
        return
    yield Heading("Who else moves")
    asks = "asks" if len(sweep.waiting) == 1 else "ask"
    names = some([role.title for role in sweep.waiting], _NAMED)
    if not any(point.others for point in sweep.points):
        yield Paragraph(f"Nobody at any of these values: {names} {asks} who is ready for {sweep.role.title}, and no verdict changes.")
        return
    yield Paragraph(f"{names} {asks} who is ready for {sweep.role.title}; against today:")
    heads = tuple(heading(threshold) for threshold in sweep.thresholds)
    who = () if any(point.rates for point in sweep.points) else ("Who",)
    rows = tuple(tuple(map(Cell, texts)) for point in sweep.points for texts in _other_rows(sweep, point, named=bool(who)))
    yield Table(headers=(*heads, "Role", "Better", "Worse", *who), rows=rows)


def _other_rows(sweep: Sweep, point: Point, *, named: bool) -> Iterator[tuple[str, ...]]:
    values = tuple(threshold.shown(value) for threshold, value in zip(sweep.thresholds, point.values, strict=True))
    for other in point.others:
        who = (some([name or id_ for id_, name in other.people], _NAMED),) if named else ()
        yield (*values, other.role.title, *(f"{number:,}" if number else NOTHING for number in (other.better, other.worse)), *who)


def _square(number: int, *, today: bool) -> Cell:
    return Cell(f"[{number:,}]", Style.STRONG) if today else Cell(f"{number:,}")


def _worst_hit_words(rates: Rates) -> tuple[str, str]:
    hit = rates.comparison.worst_hit
    if rates.held:
        return ("held back", NOTHING)
    if hit is None:
        return ("none behind" if rates.comparison.best else NOTHING, NOTHING)
    return (f"{hit.name} ({count_words(hit)})", ratio_words(hit.ratio))


def _agreed(agreement: Confusion) -> tuple[str, str]:
    """Show precision and recall as how many of how many past decisions."""
    both = agreement.true_positive
    return (_part(both, both + agreement.false_positive), _part(both, both + agreement.false_negative))


def _part(number: int, whole: int) -> str:
    return f"{number:,} of {whole:,} ({percent_words(Fraction(number, whole))})" if whole else NOTHING


def _notes(sweep: Sweep) -> Iterator[Block]:
    ready = best_words(sweep.best)
    if any(point.rates for point in sweep.points):
        what = "Worst hit: the group that falls short by the most people, with its impact ratio, its selection rate over the highest one;"
        step = f"under 0.8 is under four fifths. Where nobody is {ready}, there is none; `evaluator impact` has every group and tests."
        yield Paragraph(f"{what} {step}", style=Style.FAINT)
        yield from (Paragraph(words, style=Style.CLOSE) for words in _disclosed(sweep))
        if any(hit.few for point in sweep.points for rates in point.rates if (hit := rates.comparison.worst_hit)):
            yield Paragraph(FEW_WORDS, style=Style.FAINT)
    if sweep.decided is not None:
        what = f"Past: held against {counted(sweep.decided, 'past decision')}, everybody as of the day of theirs."
        how = f"Precision: of those {ready}, how many were promoted. Recall: of those promoted, how many are {ready}."
        yield Paragraph(f"{what} {how}", style=Style.FAINT)
    if all(point.numbers == sweep.today.numbers for point in sweep.points) and len(sweep.points) > 1:
        yield Paragraph(_same_words(sweep), style=Style.CLOSE)
    if near := too_near_words(sweep):
        yield Paragraph(near, style=Style.CLOSE)


def _same_words(sweep: Sweep) -> str:
    """Say that no value makes a difference, and of which attribute nobody's data say anything, so that none could."""
    titles = [attribute.title for attribute in sweep.unknown]
    words = "The counts are the same at every value shown."
    return f"{words} Nothing is known of anybody's {joined([f'“{title}”' for title in titles])}." if titles else words


def _disclosed(sweep: Sweep) -> Iterator[str]:
    """Say what is held back by group and why, and for whom a sweep is that holds nothing back."""
    if sweep.rule.exact:
        yield EXACT_WORDS
        return
    rates = [rate for point in sweep.points for rate in point.rates]
    if sweep.rule.holds_back(sweep.today.counted):
        yield held_words(sweep.rule, "")
    elif any(rate.held for rate in rates):
        yield f"By group, numbers are held back at values from which somebody's group could be worked out. {EXACT} tells them."
    if hidden := sorted({name for rate in rates for name in rate.hidden}):
        yield f"Held back at every value, as few of them are ready, or are not: {'; '.join(hidden)}."
    if sweep.rule.pool < POOL:
        yield lowered_words(sweep.rule)


def _lines(sweep: Sweep, sweep_context: SweepContext) -> Listing:
    """Return the command for each threshold, as the place of its entry, which no output breaks."""
    return Listing(
        tuple(
            Item(measured(threshold, sweep.pack), mark="·", place=set_line(sweep, threshold, sweep_context))
            for threshold in sweep.thresholds
        )
    )


def set_line(sweep: Sweep, threshold: Threshold, sweep_context: SweepContext) -> str:
    """Return the command that sets a threshold to a VALUE, to be filled in."""
    rules = [] if sweep_context.rules == "rules" else ["--rules", sweep_context.rules]
    return shlex.join(["evaluator", "set", sweep.role.id, threshold.path, "VALUE", *rules])


def _facts(sweep: Sweep, sweep_context: SweepContext) -> Iterator[Fact]:
    for threshold in sweep.thresholds:
        yield Fact("Threshold", f"{threshold.path}, {threshold.span.path}:{threshold.span.line}")
    number = sweep.today.counted
    candidates = f"{counted(number, 'candidate')}, to whom an open move leads there"
    yield Fact("People", f"{people_words(number)}, everybody" if sweep.among_everyone else candidates)
    if sweep.people.chosen is not None:
        yield Fact("Where", sweep.people.chosen.words)
    yield Fact("Pack", pack_words(sweep.pack))
    yield from population_days(sweep_context.as_of, sweep_context.days)
    yield Fact("Tool", f"evaluator {__version__}")

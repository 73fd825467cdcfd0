"""A plan as a report: what to find out, what to do, what to wait for, and what it comes to."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from evaluator._version import __version__
from evaluator.advice.plan import Plan, Planned, Step
from evaluator.dates import months_before
from evaluator.model import Pack, Profile
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.changes import change_words
from evaluator.report.people import pack_words
from evaluator.report.tables import Cell, Table
from evaluator.report.words import NOTICE, Style, counted, verdict_style, verdict_words
from evaluator.values import Number, show_number


def plan_page(planned: Planned, pack: Pack, profile: Profile, as_of: datetime.date, by: datetime.date | None) -> tuple[Block, ...]:
    """Return the plan of a person for a role."""
    blocks: list[Block] = [
        Heading(f"{profile.label}: the way to {planned.role.title}", level=1),
        Facts(tuple(_facts(planned, pack, as_of, by))),
    ]
    blocks += _impossible(planned, as_of, by) if planned.best is None else _possible(planned.best, planned.second, as_of)
    return (*blocks, Paragraph(NOTICE, style=Style.FAINT))


def _facts(planned: Planned, pack: Pack, as_of: datetime.date, by: datetime.date | None) -> Iterator[Fact]:
    verdict = planned.before.verdict
    yield Fact("Verdict", verdict_words(verdict), style=verdict_style(verdict, pack.verdicts))
    if planned.best is not None:
        yield Fact("Effort", "none is needed" if not planned.best.effort else f"{show_number(planned.best.effort)}, the least that does it")
        yield Fact("Earliest", str(planned.best.ready_on))
    if by is not None:
        yield Fact("By", str(by))
    yield Fact("As of", str(as_of))
    yield Fact("Pack", pack_words(pack))
    yield Fact("Tool", f"evaluator {__version__}")


def _possible(best: Plan, second: Plan | None, as_of: datetime.date) -> list[Block]:
    if not best.steps:
        return [Paragraph("Nothing has to change.")]
    blocks: list[Block] = []
    unknown, work = ([one for one in best.steps if not one.by_time and (one.have is None) is wanted] for wanted in (True, False))
    waiting = [one for one in best.steps if one.by_time]
    if unknown:
        blocks += [Heading("Find out first"), Paragraph(_FIND_OUT), _table(unknown, as_of)]
    if work:
        blocks += [Heading("Do, the longest first"), _table(work, as_of)]
    if waiting:
        blocks += [Heading("Wait: time alone brings it"), _table(waiting, as_of)]
    if second is not None:
        blocks += [Heading("A close second"), Paragraph(_second_words(best, second)), *_others(best, second)]
    return blocks


_FIND_OUT = "Nothing is known of these. They are counted at their worst: what is there already need not be done."


def _table(steps: Iterable[Step], as_of: datetime.date) -> Table:
    return Table(headers=("What", "Today", "Needed", "Effort", "Done by", "For"), rows=tuple(_row(step, as_of) for step in steps))


def _row(step: Step, as_of: datetime.date) -> tuple[Cell, ...]:
    have, need = change_words(step.attribute, step.have, step.to)
    day = months_before(as_of, -step.months) if step.months else None
    months = "" if day is None else f"{day} ({counted(step.months, 'month')})"
    criteria = ", ".join(one.id for one in step.criteria)
    return tuple(map(Cell, (step.attribute.title, have, need, effort_words(step.effort), months, criteria)))


def effort_words(effort: Number) -> str:
    """Show an effort; nothing for none."""
    return show_number(effort) if effort else "–"


def _second_words(best: Plan, second: Plan) -> str:
    more = second.effort - best.effort
    effort = "as much effort" if not more else f"{show_number(more)} more effort"
    return f"Another way takes {effort} and can be done by {second.ready_on}. It differs in:"


def _others(best: Plan, second: Plan) -> list[Block]:
    there = {(step.attribute.id, step.to) for step in best.steps}
    instead = {(step.attribute.id, step.to) for step in second.steps}
    items = [Item(_step_line(step), mark="+") for step in second.steps if (step.attribute.id, step.to) not in there]
    items += [Item(_step_line(step), mark="-") for step in best.steps if (step.attribute.id, step.to) not in instead]
    return [Listing(tuple(items))] if items else []


def _step_line(step: Step) -> str:
    have, need = change_words(step.attribute, step.have, step.to)
    return f"{step.attribute.title}: {have} → {need}"


def _impossible(planned: Planned, as_of: datetime.date, by: datetime.date | None) -> list[Block]:
    """Say what stands in the way."""
    if planned.blocked:
        items = tuple(Item(f"{one.title} ({one.id})", place=str(one.span)) for one in planned.blocked)
        words = "Nothing that the pack declares an effort for, or that time brings, meets these required criteria:"
        return [Heading("No way leads there"), Paragraph(words), Listing(items)]
    if planned.later is not None:
        words = f"{planned.role.title} cannot be reached by {by}. It can by {planned.later.ready_on}:"
        return [Heading("Not by then"), Paragraph(words), *_possible(planned.later, None, as_of)]
    words = "All that the pack declares an effort for, or that time brings, does not add up to the verdict."
    return [Heading("No way leads there"), Paragraph(words)]

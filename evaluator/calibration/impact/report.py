"""An impact report as a page: who is selected by group, what drives it, the city law's tables, how it was computed, what it is not."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import attrs

from evaluator._version import __version__
from evaluator.calibration.disclosure import POOL
from evaluator.calibration.impact.assessing import Assessed, Impact, Outcome
from evaluator.calibration.impact.groups import Dimension
from evaluator.calibration.impact.law_report import law_blocks
from evaluator.calibration.impact.limits_report import EVERYONE, NEXT_STEP, nobody_words
from evaluator.calibration.impact.request import Among
from evaluator.calibration.impact.tables import drivers_blocks, outcome_blocks, roles_blocks
from evaluator.calibration.impact.words import EXACT_WORDS, held_words, lowered_words
from evaluator.core.days import ManyDays
from evaluator.core.gates import Gate
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.days import population_days, projected
from evaluator.report.gates import gates_blocks
from evaluator.report.people import pack_words
from evaluator.report.tables import Cell, Table
from evaluator.report.views import people_words
from evaluator.report.words import NOTHING, NOTICE, Style, counted, joined, sentence_case

_DRIVERS_SHOWN = 8
METHOD = (
    "Ratio: a group's rate over the highest rate of its dimension; under four fifths is compared in whole numbers (29 CFR 1607.4 D).",
    "Intervals: Wilson 1927 for rates, Katz et al. 1978 for ratios, 95 %.",
    "Z: the difference of two rates in standard errors, pooled. Fisher p: Fisher's exact test, two-sided.",
    "Significant: Z beyond 1.96, or Fisher p under 0.05 where a count under 5 is to be expected.",
    "Short of: how many more of a group would be selected at the rate of everybody together.",
    "(under): one different choice would reverse it, as (S+1)/N of the group is above (S-1)/N of the group it is compared with.",
)
LIMITS = (
    "This is no legal advice, and not the independent audit that New York City's Local Law 144 asks for.",
    "No ratio passes or fails by itself: a small difference can count where it matters in practice, a large one may not in small numbers.",
    "Selected means what the rules say today, not whom anybody promoted.",
    "A criterion with an impact may be needed for the work, or may not. What can change is the criterion, for everybody alike.",
    "Cut-offs that differ by group are unlawful, and none is proposed.",
)


@attrs.frozen(kw_only=True)
class Told:
    """What the page says of its making: where the people come from, the day to go by, the limits and what each came to where."""

    sources: tuple[str, ...]
    as_of: datetime.date
    days: ManyDays | None = None
    limits: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()


def impact_page(found: Impact, told: Told, *, whole: bool) -> tuple[Block, ...]:
    """Return the report; the `whole` one has every role and criterion in full, the other what fits on a screen or was named."""
    selected = selection_words(found)
    by = joined([one.name for one in found.dimensions])
    title = projected(f"Adverse impact: {selected} by {by}", told.days)
    blocks: list[Block] = [Heading(title, 1), Paragraph(summary(found)), Facts(tuple(_facts(found, told)))]
    blocks += gates_blocks(told.gates)
    blocks += _disclosed(found)
    blocks += _pools(found, selected, whole=whole)
    if any(by.worse.groups for one in found.pools for by in one.outcomes):
        blocks += [Heading("How it is computed"), Listing(tuple(Item(line) for line in METHOD))]
    blocks += [Heading("What it is not"), Listing(tuple(Item(line) for line in LIMITS))]
    return (*blocks, Paragraph(NOTICE, style=Style.FAINT))


def _disclosed(found: Impact) -> Iterator[Block]:
    """Say what is told by group and what is held back, and for whom a report is that holds nothing back."""
    rule = found.asked.rule
    if rule.exact:
        yield Paragraph(EXACT_WORDS, style=Style.BAD)
        return
    there = [one for one in found.pools if one.considered]
    held = [one for one in there if any(by.told.held for by in one.outcomes)]
    if 0 < len(held) < len(there):
        yield Paragraph(held_words(rule, f" for {joined([pool_words(one) for one in held])}"), style=Style.CLOSE)
    if rule.pool < POOL:
        yield Paragraph(lowered_words(rule), style=Style.BAD)


def _pools(found: Impact, selected: str, *, whole: bool) -> Iterator[Block]:
    """Yield everybody's next step, all roles side by side, and each in full where it was named or all is told."""
    if not found.pools:
        yield Paragraph(f"{sentence_case(EVERYONE)}.")
    if found.together is not None:
        yield from _pool(found.together, found, selected, whole=whole)
    if found.roles and not found.asked.roles:
        yield Heading("Roles")
        yield from _roles(found, selected)
    if not whole and not found.asked.roles:
        yield Paragraph("--role ROLE shows a role's groups and criteria; --format html or json has every role in full.", style=Style.FAINT)
        return
    for one in found.roles:
        yield from _pool(one, found, selected, whole=whole)


def selection_words(found: Impact) -> str:
    """Name the verdict that is enough."""
    verdict = found.people.pack.verdicts[found.asked.selected]
    return verdict if found.asked.selected == 0 else f"{verdict} or better"


def summary(found: Impact) -> str:
    """Say in a sentence how many groups are behind, and by which measures."""
    if not any(one.considered for one in found.pools):
        return f"{sentence_case(nobody_words(found.people, found.asked.roles))}."
    if all(by.told.held for one in found.pools if one.considered for by in one.outcomes):
        return held_words(found.asked.rule, "")
    if not any(_ratios(by) for one in found.pools for by in one.outcomes):
        return "There is no ratio: no group could be compared with another of whom somebody is selected."
    under = [group for group in found.behind if group.below_four_fifths]
    sure = sum(group.significant for group in found.behind)
    small = sum(group.flips for group in under)
    many = f"in {counted(len(found.behind), 'comparison') if found.behind else 'no comparison'} a group is behind another"
    flipped = f" ({small} of them so few that one different choice would reverse it)" if small else ""
    said = f"{many}: {len(under)} under four fifths{flipped}, {sure} significant"
    return f"{sentence_case(said)}. By chance alone, about one in twenty would be significant."


def _ratios(outcome: Outcome) -> int:
    """Count the groups that have a ratio to another group."""
    return sum(group.ratio is not None and group.name != outcome.worse.best for group in outcome.worse.groups)


def _pool(one: Assessed, found: Impact, selected: str, *, whole: bool) -> Iterator[Block]:
    yield Heading(pool_words(one), 2)
    yield Paragraph(_considered(one, found, selected))
    for outcome in one.outcomes:
        yield from outcome_blocks(outcome, sentence_case(selected))
        yield from drivers_blocks(outcome, None if whole else _DRIVERS_SHOWN, 0 if one.role is None else len(one.role.criteria))
    if one.law is not None:
        yield from law_blocks(one.law)


def pool_words(one: Assessed) -> str:
    """Name a pool: its role, or everybody's next step."""
    return NEXT_STEP if one.role is None else one.role.title


def _considered(one: Assessed, found: Impact, selected: str) -> str:
    who = people_words(one.considered)
    among = "whatever their role today" if found.asked.among is Among.EVERYONE else "to whom a move is open"
    if one.role is None:
        said = f"{who} {among}, each counted once: {one.selected:,} {selected} for at least one of their next roles"
    else:
        said = f"{who} {among}: {one.selected:,} {selected}"
    open_ = f"; {one.undecided:,} more may be, and {'counts' if one.undecided == 1 else 'count'} as not {selected}" if one.undecided else ""
    return f"{said}{open_}."


def _roles(found: Impact, selected: str) -> Iterator[Block]:
    if all(by.told.held for one in found.roles for by in one.outcomes):
        rows = tuple((Cell("" if one.role is None else one.role.title), *_totals(one)) for one in found.roles)
        yield Table(headers=("Role", "Considered", sentence_case(selected), "May be"), rows=rows)
        return
    for place in range(len(found.dimensions)):
        yield from roles_blocks(found.roles, place, sentence_case(selected))


def _totals(one: Assessed) -> tuple[Cell, ...]:
    return tuple(Cell(f"{number:,}" if number else NOTHING) for number in (one.considered, one.selected, one.undecided))


def _facts(found: Impact, told: Told) -> Iterator[Fact]:
    people, rejected = found.people, len(found.people.left_out)
    yield Fact("Data", f"{', '.join(told.sources)}: {people.rows:,} rows = {people.height:,} judged + {rejected:,} rejected")
    for dimension in found.dimensions:
        if len(dimension.columns) == 1:
            yield Fact(f"By {dimension.name}", _known(dimension))
    yield Fact("Pack", pack_words(people.pack))
    yield from population_days(told.as_of, told.days)
    yield Fact("Tool", f"evaluator {__version__}, columns engine")


def _known(dimension: Dimension) -> str:
    unknown = dimension.labels.null_count()
    said = f"known of {len(dimension.labels) - unknown:,}, unknown of {unknown:,}"
    texts = [f"{number:,} `{text}`" for text, number in dimension.silent.items()]
    spelt = [f"{joined([f'`{text}`' for text in texts])} as one" for texts in dimension.merged.values()]
    return "; ".join([said + (f" ({joined(texts)})" if texts else ""), *spelt])

"""An impact report as a page: who is selected by group, what drives it, the city law's tables, how it was computed, what it is not."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import attrs

from evaluator._version import __version__
from evaluator.calibration.disclosure import POOL
from evaluator.calibration.impact.assessing import Impact, Outcome, PoolImpact
from evaluator.calibration.impact.groups import Dimension
from evaluator.calibration.impact.law_report import law_blocks
from evaluator.calibration.impact.limits_report import EVERYONE, NEXT_STEP, nobody_words
from evaluator.calibration.impact.request import Among, verdicts_considered
from evaluator.calibration.impact.tables import drivers_blocks, outcome_blocks, roles_blocks
from evaluator.calibration.impact.words import EXACT_WORDS, held_words, lowered_words
from evaluator.core.days import ManyDays
from evaluator.core.gates import Gate
from evaluator.core.model import READY
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
class ImpactContext:
    """What the page says of its making: where the people come from, the day to go by, the limits and what each came to where."""

    sources: tuple[str, ...]
    as_of: datetime.date
    days: ManyDays | None = None
    limits: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()


def impact_page(impact: Impact, impact_context: ImpactContext, *, whole: bool) -> tuple[Block, ...]:
    """Return the report; the `whole` one has every role and criterion in full, the other what fits on a screen or was named."""
    selected = selection_words(impact)
    by = joined([dimension.name for dimension in impact.dimensions])
    title = projected(f"Adverse impact: {selected} by {by}", impact_context.days)
    blocks: list[Block] = [Heading(title, 1), Paragraph(summary(impact)), Facts(tuple(_facts(impact, impact_context)))]
    blocks += gates_blocks(impact_context.gates)
    blocks += _disclosed(impact)
    blocks += _pools(impact, selected, whole=whole)
    if any(by.worse.groups for pool in impact.pools for by in pool.outcomes):
        blocks += [Heading("How it is computed"), Listing(tuple(Item(line) for line in METHOD))]
    blocks += [Heading("What it is not"), Listing(tuple(Item(line) for line in LIMITS))]
    return (*blocks, Paragraph(NOTICE, style=Style.FAINT))


def _disclosed(impact: Impact) -> Iterator[Block]:
    """Say what is told by group and what is held back, and for whom a report is that holds nothing back."""
    rule = impact.asked.rule
    if rule.exact:
        yield Paragraph(EXACT_WORDS, style=Style.BAD)
        return
    pool_impacts = [pool for pool in impact.pools if pool.considered]
    held = [pool_impact for pool_impact in pool_impacts if any(by.told.held for by in pool_impact.outcomes)]
    if 0 < len(held) < len(pool_impacts):
        yield Paragraph(held_words(rule, f" for {joined([pool_words(pool_impact) for pool_impact in held])}"), style=Style.CLOSE)
    if rule.pool < POOL:
        yield Paragraph(lowered_words(rule), style=Style.BAD)


def _pools(impact: Impact, selected: str, *, whole: bool) -> Iterator[Block]:
    """Yield everybody's next step, all roles side by side, and each in full where it was named or all is told."""
    if not impact.pools:
        yield Paragraph(f"{sentence_case(EVERYONE)}.")
    if impact.together is not None:
        yield from _pool(impact.together, impact, selected, whole=whole)
    if impact.roles and not impact.asked.roles:
        yield Heading("Roles")
        yield from _roles(impact, selected)
    if not whole and not impact.asked.roles:
        yield Paragraph("--role ROLE shows a role's groups and criteria; --format html or json has every role in full.", style=Style.FAINT)
        return
    for role in impact.roles:
        yield from _pool(role, impact, selected, whole=whole)


def selection_words(impact: Impact) -> str:
    """Name the verdict that is enough."""
    lists = verdicts_considered(impact.asked.roles, impact.people.pack)
    if impact.asked.selected:
        return f"{lists[0][impact.asked.selected]} or better"
    return lists[0][0] if len({verdicts[0] for verdicts in lists}) == 1 else READY


def summary(impact: Impact) -> str:
    """Say in a sentence how many groups are behind, and by which measures."""
    if not any(pool.considered for pool in impact.pools):
        return f"{sentence_case(nobody_words(impact.people, impact.asked.roles))}."
    if all(by.told.held for pool in impact.pools if pool.considered for by in pool.outcomes):
        return held_words(impact.asked.rule, "")
    if not any(_ratios(by) for pool in impact.pools for by in pool.outcomes):
        return "There is no ratio: no group could be compared with another of whom somebody is selected."
    under = [group for group in impact.behind if group.below_four_fifths]
    sure = sum(group.significant for group in impact.behind)
    small = sum(group.flips for group in under)
    many = f"in {counted(len(impact.behind), 'comparison') if impact.behind else 'no comparison'} a group is behind another"
    flipped = f" ({small} of them so few that one different choice would reverse it)" if small else ""
    words = f"{many}: {len(under)} under four fifths{flipped}, {sure} significant"
    return f"{sentence_case(words)}. By chance alone, about one in twenty would be significant."


def _ratios(outcome: Outcome) -> int:
    """Count the groups that have a ratio to another group."""
    return sum(group.ratio is not None and group.name != outcome.worse.best for group in outcome.worse.groups)


def _pool(pool_impact: PoolImpact, impact: Impact, selected: str, *, whole: bool) -> Iterator[Block]:
    yield Heading(pool_words(pool_impact), 2)
    yield Paragraph(_considered(pool_impact, impact, selected))
    for outcome in pool_impact.outcomes:
        yield from outcome_blocks(outcome, sentence_case(selected))
        yield from drivers_blocks(
            outcome, None if whole else _DRIVERS_SHOWN, 0 if pool_impact.role is None else len(pool_impact.role.criteria)
        )
    if pool_impact.law is not None:
        yield from law_blocks(pool_impact.law)


def pool_words(pool_impact: PoolImpact) -> str:
    """Name a pool: its role, or everybody's next step."""
    return NEXT_STEP if pool_impact.role is None else pool_impact.role.title


def _considered(pool_impact: PoolImpact, impact: Impact, selected: str) -> str:
    who = people_words(pool_impact.considered)
    among = "whatever their role today" if impact.asked.among is Among.EVERYONE else "to whom a move is open"
    if pool_impact.role is None:
        words = f"{who} {among}, each counted once: {pool_impact.selected:,} {selected} for at least one of their next roles"
    else:
        words = f"{who} {among}: {pool_impact.selected:,} {selected}"
    open_ = (
        f"; {pool_impact.undecided:,} more may be, and {'counts' if pool_impact.undecided == 1 else 'count'} as not {selected}"
        if pool_impact.undecided
        else ""
    )
    return f"{words}{open_}."


def _roles(impact: Impact, selected: str) -> Iterator[Block]:
    if all(by.told.held for role in impact.roles for by in role.outcomes):
        rows = tuple((Cell("" if role.role is None else role.role.title), *_totals(role)) for role in impact.roles)
        yield Table(headers=("Role", "Considered", sentence_case(selected), "May be"), rows=rows)
        return
    for index in range(len(impact.dimensions)):
        yield from roles_blocks(impact.roles, index, sentence_case(selected))


def _totals(pool_impact: PoolImpact) -> tuple[Cell, ...]:
    return tuple(
        Cell(f"{number:,}" if number else NOTHING) for number in (pool_impact.considered, pool_impact.selected, pool_impact.undecided)
    )


def _facts(impact: Impact, impact_context: ImpactContext) -> Iterator[Fact]:
    people, rejected = impact.people, len(impact.people.left_out)
    left = people.rows - people.height - rejected
    rows = f"{people.rows:,} rows = {people.height:,} judged + {rejected:,} rejected" + (f" + {left:,} left out" if left else "")
    yield Fact("Data", f"{', '.join(impact_context.sources)}: {rows}")
    if people.chosen is not None:
        yield Fact("Where", people.chosen.words)
    for dimension in impact.dimensions:
        if len(dimension.columns) == 1:
            yield Fact(f"By {dimension.name}", _known(dimension))
    yield Fact("Pack", pack_words(people.pack))
    yield from population_days(impact_context.as_of, impact_context.days)
    yield Fact("Tool", f"evaluator {__version__}, columns engine")


def _known(dimension: Dimension) -> str:
    unknown = dimension.labels.null_count()
    words = f"known of {len(dimension.labels) - unknown:,}, unknown of {unknown:,}"
    texts = [f"{number:,} `{text}`" for text, number in dimension.silent.items()]
    spelt = [f"{joined([f'`{text}`' for text in texts])} as one" for texts in dimension.merged.values()]
    return "; ".join([words + (f" ({joined(texts)})" if texts else ""), *spelt])

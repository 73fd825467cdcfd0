"""The tables of an impact report: selection by group, what drives it, role by role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from evaluator.calibration.disclosure import SMALLEST, Hidden
from evaluator.calibration.impact.assessing import Outcome, PoolImpact
from evaluator.calibration.impact.drivers import Driver
from evaluator.calibration.impact.measures import Comparison, Group
from evaluator.calibration.impact.words import (
    EXACT,
    FEW_WORDS,
    MARK,
    count_words,
    hidden_words,
    most_words,
    p_words,
    rate_with_interval,
    rate_words,
    ratio_with_interval,
    ratio_words,
    short_words,
    z_words,
)
from evaluator.report.blocks import Block, Heading, Item, Listing, Paragraph
from evaluator.report.tables import Cell, Table
from evaluator.report.views import people_words
from evaluator.report.words import NOTHING, Style, counted, joined

_UNDER, _PERHAPS = "under", "(under)"
_SMALL_COMPARISON = SMALLEST
_FOUR_FIFTHS = Fraction(4, 5)


def outcome_blocks(outcome: Outcome, selected: str) -> Iterator[Block]:
    """Yield the table of one dimension, and below it what to make of each group."""
    if outcome.told.held:
        return
    yield Heading(f"By {outcome.dimension.name}", 3)
    if not outcome.worse.groups and not outcome.told.hidden:
        yield Paragraph("No group is large enough to be told." if outcome.told.unnamed else "Nobody's group is known.")
        return
    yield selection_table(outcome, selected)
    yield Listing(tuple(_notes(outcome)))


def selection_table(outcome: Outcome, selected: str) -> Table:
    """Return a row for each group, the highest rate first; a column more where something unknown could change who is selected."""
    open_ = outcome.better is not None and any(outcome.undecided.values())
    headers = ("Group", selected, "Rate (95 %)", "Ratio (95 %)", "4/5", "Z", "Fisher p", "Short of")
    rows = tuple((*_cells(group), *([_at_best(outcome, group)] if open_ else [])) for group in outcome.worse.groups)
    hidden = tuple((*_hidden(group), *([Cell(NOTHING)] if open_ else [])) for group in outcome.told.hidden)
    return Table(headers=(*headers, "At best") if open_ else headers, rows=(*rows, *hidden))


def _hidden(group: Hidden) -> tuple[Cell, ...]:
    """Return the row of a group whose number is held back: below what its ratio lies, where that is told."""
    under = Cell(_UNDER, Style.BAD) if group.most is not None and group.most < _FOUR_FIFTHS else Cell(NOTHING)
    texts = (group.name, hidden_words(group), NOTHING, most_words(group))
    return (*(Cell(text) for text in texts), under, *(Cell(NOTHING),) * 3)


def _cells(group: Group) -> tuple[Cell, ...]:
    under = _four_fifths(group)
    z = Cell(z_words(group.z), Style.BAD if group.significant else Style.PLAIN)
    texts = (group.name, count_words(group), rate_with_interval(group), ratio_with_interval(group))
    return (*(Cell(text) for text in texts), under, z, Cell(p_words(group.fisher_p)), Cell(short_words(group)))


def _four_fifths(group: Group) -> Cell:
    """Say whether a ratio is under four fifths, in brackets where one different choice would reverse the result."""
    if not group.below_four_fifths:
        return Cell(NOTHING)
    return Cell(_PERHAPS, Style.CLOSE) if group.flips and not group.significant else Cell(_UNDER, Style.BAD)


def _at_best(outcome: Outcome, group: Group) -> Cell:
    return Cell(NOTHING if outcome.better is None else ratio_words(outcome.better.ratio(group.name)), Style.OPEN)


def _notes(outcome: Outcome) -> Iterator[Item]:
    worse, selection = outcome.worse, outcome.told
    if worse.best is not None:
        yield Item(_comparison(worse, worse.best))
    elif worse.groups:
        yield Item("nobody of a group that is compared is selected, so there is no ratio")
    yield from _readings(worse)
    apart = [group.name for group in worse.groups if not group.compared]
    if apart:
        yield Item(f"{'; '.join(apart)}: too few by --smallest, shown without a ratio")
    if selection.hidden:
        yield Item(
            f"held back, so that nobody's group can be worked out: {'; '.join(group.name for group in selection.hidden)}; {EXACT} tells all"
        )
    if selection.unnamed:
        yield Item(f"{counted(selection.unnamed, 'group')} of too few people {'is' if selection.unnamed == 1 else 'are'} in no row")
    if outcome.better is None:
        yield Item("how groups would compare if all that is unknown were met is held back: too few people of some group are undecided")
    if sum(outcome.undecided.values()):
        yield Item("At best: the ratio if everybody who may be selected, by what is unknown, were so; the other columns count them as not")
    if selection.beside:
        small = ", or of one that is too small," if selection.unnamed else ""
        yield Item(f"{people_words(selection.beside)} of unknown group{small} {'is' if selection.beside == 1 else 'are'} in no row")
    if any(group.few for group in worse.groups):
        yield Item(FEW_WORDS)


def _comparison(worse: Comparison, best: str) -> str:
    counts = worse.group(best).counts
    first = worse.groups[0].counts
    higher = first.selected * counts.considered > counts.selected * first.considered
    words = f"each ratio is to {best}, the highest rate{' of the groups that are large enough' if higher else ''}"
    if counts.considered >= _SMALL_COMPARISON:
        return words
    number = counts.considered
    return f"{words}, which is of {people_words(number)} only: --smallest {_SMALL_COMPARISON} compares with no group so small"


def _readings(worse: Comparison) -> Iterator[Item]:
    """Say what the measures come to together, never more than they show."""
    sure = [group for group in worse.behind if group.below_four_fifths and group.significant]
    turned = [group for group in worse.behind if group.below_four_fifths and not group.significant and group.flips]
    under = [group for group in worse.behind if group.below_four_fifths and not group.significant and not group.flips]
    large = [group for group in worse.behind if group.significant and not group.below_four_fifths]
    if sure:
        yield Item(f"under four fifths and significant: {_names(sure)}", mark="!", style=Style.BAD)
    if under:
        yield Item(f"under four fifths, not significant: {_names(under)}", mark="!", style=Style.CLOSE)
    if turned:
        yield Item(f"under four fifths, but too few to say, as one different choice would reverse it: {_names(turned)}")
    if large:
        yield Item(f"significant, but not under four fifths: {_names(large)}", mark="!", style=Style.CLOSE)


def _names(groups: Sequence[Group]) -> str:
    return "; ".join(group.name for group in groups)


def drivers_blocks(outcome: Outcome, most: int | None, criteria: int) -> Iterator[Block]:
    """Yield which of so many criteria a disparity comes from: all of which numbers may be told, or the first few."""
    if not outcome.drivers or not outcome.worse.groups:
        return
    yield Heading(f"Which criterion, by {outcome.dimension.name}", 3)
    drivers = outcome.drivers[:most]
    yield drivers_table(drivers, outcome.worse)
    yield Listing(tuple(_driver_notes(outcome, len(outcome.drivers) - len(drivers), criteria - len(outcome.drivers))))


def drivers_table(drivers: Sequence[Driver], today: Comparison) -> Table:
    """Return a row for each criterion: how the group that is worst hit meets it, and the verdict's ratio if everybody met it."""
    behind = today.worst_hit
    headers = ("Criterion", "Worst hit", "Meets it", "Highest", "Ratio", "4/5", "Fisher p", "Without it")
    return Table(headers=headers, rows=tuple(_driver(driver, None if behind is None else behind.name) for driver in drivers))


def _driver(driver: Driver, behind: str | None) -> tuple[Cell, ...]:
    name = Cell(f"{driver.criterion.id}{' (required)' if driver.criterion.required else ''}")
    ratio = None if behind is None else driver.without.ratio(behind)
    without = Cell(ratio_words(ratio), Style.STRONG if driver.raises else Style.PLAIN)
    hit, best = driver.of_hit, driver.met.best
    if hit is None or best is None:
        words = "equal" if best and driver.hit is None else "nobody"
        return (name, Cell(driver.hit or NOTHING), Cell(words), *(Cell(NOTHING),) * 4, without)
    top = driver.met.group(best)
    highest = Cell(f"{rate_words(top.rate)}{MARK if top.few else ''} {best}")
    meets = Cell(f"{rate_words(hit.rate)}{MARK if hit.few else ''}")
    measures = (Cell(ratio_words(hit.ratio)), _four_fifths(hit), Cell(p_words(hit.fisher_p)))
    return (name, Cell(hit.name), meets, highest, *measures, without)


def _driver_notes(outcome: Outcome, more: int, held: int) -> Iterator[Item]:
    behind = outcome.worse.worst_hit
    if behind is None:
        yield Item("Without it: no group is behind today, so no ratio to explain")
    else:
        today = f"{behind.name}'s ratio, {ratio_words(behind.ratio)} today"
        yield Item(f"Without it: {today}, if everybody met that criterion and all else stayed as it is")
        yield from _hit_harder(outcome, behind.name)
    for driver in outcome.drivers[: len(outcome.drivers) - more]:
        yield from map(Item, _waiting(driver))
    if more:
        yield Item(f"{more} more criteria change it less; --format html or json has all")
    if held:
        yield Item(
            f"{counted(held, 'criterion', 'criteria')} held back, as too few people of a group meet it, or do not; {EXACT} tells all"
        )
    if any(driver.unknown for driver in outcome.drivers):
        yield Item("where it is unknown whether a criterion is met, it counts as not met")
    if any(group.few for driver in outcome.drivers for group in _named(driver)):
        yield Item(FEW_WORDS)


def _hit_harder(outcome: Outcome, behind: str) -> Iterator[Item]:
    """Name the criteria that by themselves hit another group harder than the one that is worst hit today."""
    others: dict[str, list[str]] = {}
    for driver in outcome.drivers:
        hit = driver.met.worst_hit
        if hit is not None and hit.name != behind and hit.below_four_fifths:
            others.setdefault(hit.name, []).append(driver.criterion.id)
    for name, criteria in others.items():
        yield Item(f"by themselves, {joined(criteria)} hit{'s' if len(criteria) == 1 else ''} {name} harder")


def _named(driver: Driver) -> list[Group]:
    """Return the groups that a criterion's row names: the one that is hit and the one it is compared with."""
    return [] if driver.of_hit is None or driver.met.best is None else [driver.of_hit, driver.met.group(driver.met.best)]


def roles_blocks(roles: Iterable[PoolImpact], index: int, selected: str) -> Iterator[Block]:
    """Yield the group that is furthest behind in each role, by one dimension, and the criterion that would change it the most."""
    there = [(role, role.outcomes[index]) for role in roles]
    if not there:
        return
    yield Heading(f"Role by role, by {there[0][1].dimension.name}", 3)
    headers = ("Role", selected, "Worst hit", "Of them", "Ratio (95 %)", "4/5", "Fisher p", "Short of")
    yield Table(headers=headers, rows=tuple(_role(pool_impact, outcome, selected) for pool_impact, outcome in there))
    items = [item for pool_impact, outcome in there if (item := _main_driver(pool_impact, outcome))]
    if items:
        yield Listing(tuple(items))


def _role(pool_impact: PoolImpact, outcome: Outcome, selected: str) -> tuple[Cell, ...]:
    title = "" if pool_impact.role is None else pool_impact.role.title
    worst, everybody = outcome.worse.worst_hit, f"{pool_impact.selected:,} of {pool_impact.considered:,}"
    if worst is None:
        few = (
            f"nobody {selected.lower()}"
            if not pool_impact.selected
            else "held back"
            if outcome.told.held or outcome.told.hidden
            else "too few"
        )
        words = "none behind" if outcome.worse.best else few
        return (Cell(title), Cell(everybody), Cell(words, Style.FAINT), *(Cell(NOTHING),) * 5)
    under = _four_fifths(worst)
    ratio = ratio_with_interval(worst)
    texts = (title, everybody, worst.name, count_words(worst), ratio)
    return (*(Cell(text) for text in texts), under, Cell(p_words(worst.fisher_p)), Cell(short_words(worst)))


def _main_driver(pool_impact: PoolImpact, outcome: Outcome) -> Item | None:
    """Name the criterion that would change the most, where the numbers are large enough to say."""
    hit, first = outcome.worse.worst_hit, next(iter(outcome.drivers), None)
    if pool_impact.role is None or hit is None or hit.flips or not hit.below_four_fifths or first is None or not first.raises:
        return None
    after = ratio_words(first.without.ratio(hit.name))
    words = f"{pool_impact.role.title}: if everybody met {first.criterion.id}, the ratio of {hit.name} would be {after}"
    return Item(f"{words} instead of {ratio_words(hit.ratio)}", parts=tuple(map(Item, _waiting(first))))


def _waiting(driver: Driver) -> Iterator[str]:
    """Name the roles that a criterion waits for, with what tells which of their criteria are behind that."""
    for role in driver.waits_for:
        yield f"{driver.criterion.id} asks who is ready for {role.title}: `evaluator impact --role {role.id}` tells what drives that"

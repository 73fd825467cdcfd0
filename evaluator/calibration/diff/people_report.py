"""Who moves between two packs: the matrix, what each change does, the people, the groups, standings and next roles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from evaluator.calibration.diff.analysis import EffectCount, Mover, PeopleDiff, RoleDiff
from evaluator.calibration.diff.causes import Cause, Effect, asked_roles
from evaluator.calibration.diff.groups import UNSTATED, Group, GroupRates
from evaluator.calibration.diff.standings import Standings
from evaluator.calibration.diff.words import ARROW
from evaluator.calibration.disclosure import Rule
from evaluator.calibration.impact.words import EXACT
from evaluator.calibration.statistics import Counts
from evaluator.core.model import Role
from evaluator.core.results import State
from evaluator.core.values import show_number
from evaluator.report.blocks import Block, Folded, Heading, Item, Listing, Paragraph
from evaluator.report.tables import Cell, Table
from evaluator.report.views import people_words
from evaluator.report.words import NOTHING, Style, best_words, joined, percent_words, verdict_words

TOGETHER = "several together"
_BANDS = "the verdict bands"


def role_blocks(role_diff: RoleDiff, most: int | None, *, everyone: bool, named: bool = True) -> Iterator[Block]:
    """Yield what happens to one role's verdicts, and to whom, where they are `named`."""
    who = ("person" if everyone else "candidate") if role_diff.counted == 1 else "people" if everyone else "candidates"
    if role_diff.before is None or role_diff.after is None:
        yield from _one_sided(role_diff, who)
        return
    gets = "gets" if len(role_diff.moved) == 1 else "get"
    yield Heading(f"{role_diff.role.title}: {len(role_diff.moved):,} of {role_diff.counted:,} {who} {gets} another verdict", 3)
    yield _matrix(role_diff)
    inside = role_diff.still_undecided
    if inside:
        lies = "lies" if inside == 1 else "lie"
        yield Paragraph(f"{people_words(inside)} of those who stay undecided {lies} between other verdicts than before.")
    if any(effect.effect.cause.criterion for effect in role_diff.effects):
        yield Folded("What each change does alone", (_effects(role_diff),))
    if named:
        yield Folded(*_named(role_diff, most))


def _one_sided(role_diff: RoleDiff, who: str) -> Iterator[Block]:
    codes, words = (role_diff.after, "is judged anew") if role_diff.before is None else (role_diff.before, "is judged no longer")
    numbers = ", ".join(f"{number:,} {word}" for word, number in role_diff.numbers(codes).items() if number)
    yield Heading(f"{role_diff.role.title} {words}", 3)
    yield Paragraph(f"{role_diff.counted:,} {who}: {numbers or 'nobody'}.")


def _matrix(role_diff: RoleDiff) -> Table:
    """Return how many had one verdict (down) and have another (across)."""
    rows = []
    for old in role_diff.words:
        numbers = [role_diff.matrix.get((old, new), 0) for new in role_diff.words]
        if sum(numbers):
            styles = [Style.STRONG if number and old != new else Style.PLAIN for new, number in zip(role_diff.words, numbers, strict=True)]
            cells = [Cell(_number(number), style) for number, style in zip(numbers, styles, strict=True)]
            rows.append((Cell(f"was {old}"), *cells, Cell(f"{sum(numbers):,}", Style.FAINT)))
    sums = role_diff.numbers(role_diff.after)
    texts = ("now in all", *(_number(sums[word]) for word in role_diff.words), f"{role_diff.counted:,}")
    rows.append(tuple(Cell(text, Style.FAINT) for text in texts))
    return Table(headers=("", *(f"now {word}" for word in role_diff.words), "before in all"), rows=tuple(rows))


def _number(number: int) -> str:
    return f"{number:,}" if number else NOTHING


def cause_words(cause: Cause) -> str:
    """Name one change of a role."""
    criterion = cause.criterion
    if criterion is None:
        return _BANDS
    if cause.through:
        also = " and by an attribute that changed" if cause.attributes else ""
        return f"{criterion.title}, {joined([_through_words(one.role, one.causes) for one in cause.through])}{also}"
    if cause.facts:
        by = "an attribute that changed" if cause.attributes else "who is ready for another role"
        return f"{criterion.title} (by {by if cause.attributes or asked_roles(cause) else 'what is known in part'})"
    return f"{criterion.title}{' (added)' if cause.old is None else ' (removed)' if cause.new is None else ''}"


def _through_words(role: Role, causes: Sequence[Cause]) -> str:
    """Name a role by whose changes somebody moves elsewhere, with the changes."""
    return f"through {role.title} ({'; '.join(map(cause_words, causes)) or TOGETHER})"


def _effects(role_diff: RoleDiff) -> Table:
    headers = ("Change", "Newly met", "No longer met", "Verdicts better", "Verdicts worse", "So it is")
    return Table(headers=headers, rows=tuple(tuple(Cell(text) for text in _effect(effect)) for effect in role_diff.effects))


def _effect(effect_count: EffectCount) -> tuple[str, ...]:
    numbers = (_number(effect_count.better), _number(effect_count.worse))
    return (cause_words(effect_count.effect.cause), *_truths(effect_count.effect), *numbers, direction(effect_count))


def _truths(effect: Effect) -> tuple[str, str]:
    """Say for how many a criterion came to be met, and for how many it no longer is."""
    cause, states = effect.cause, effect.states
    if cause.criterion is None:
        return (NOTHING, NOTHING)
    if cause.old is None:
        return (f"met by {states.get((None, State.MET), 0):,}", NOTHING)
    if cause.new is None:
        return (NOTHING, f"was met by {states.get((State.MET, None), 0):,}")
    return (_number(effect.states_changed(to_met=True)), _number(effect.states_changed(to_met=False)))


def direction(effect_count: EffectCount) -> str:
    """Say whether a change is stricter or looser for the people counted."""
    up = bool(effect_count.better or effect_count.effect.states_changed(to_met=True))
    down = bool(effect_count.worse or effect_count.effect.states_changed(to_met=False))
    return "stricter for some, looser for others" if up and down else "looser" if up else "stricter" if down else "without effect here"


def _named(role_diff: RoleDiff, most: int | None) -> tuple[str, tuple[Block, ...]]:
    movers = list(role_diff.movers(most))
    rows = tuple(_mover(mover) for mover in movers)
    table = Table(headers=("Name", "Id", "Was", "Is", "Decided by"), rows=rows)
    rest = len(role_diff.moved) - len(movers)
    more = (Paragraph(f"{rest:,} more; `--all` names everybody, as json does."),) if rest > 0 else ()
    return f"Who, and what decided ({len(role_diff.moved):,})", (table, *more)


def _mover(mover: Mover) -> tuple[Cell, ...]:
    causes = "; ".join(map(cause_words, mover.causes)) or TOGETHER
    return tuple(map(Cell, (mover.label, mover.id, verdict_words(mover.before), verdict_words(mover.after), causes)))


def groups_blocks(role_diff: RoleDiff, found: Sequence[GroupRates], rule: Rule) -> Iterator[Block]:
    """Yield the selection rates of groups before and after, for each fact of groups by which somebody is hit."""
    was, ready = (best_words(verdicts[0]) for verdicts in (role_diff.verdicts.before, role_diff.verdicts.after))
    if rule.holds_back(role_diff.counted):
        yield Paragraph(f"By group: held back, as fewer than {rule.pool:,} people are considered for this role.", style=Style.CLOSE)
        return
    shown = [rates for rates in found if any(group.before != group.after for group in rates.groups)]
    held = [rates.dimension for rates in found if rates.held]
    blocks: list[Block] = []
    for rates in shown:
        blocks += [Paragraph(f"By {rates.dimension}", style=Style.STRONG), _rates(rates, was, ready)]
        if rates.hidden:
            blocks.append(Paragraph(f"Held back, as few of them are {ready}, or are not: {'; '.join(rates.hidden)}.", style=Style.FAINT))
        below = [group.name for group in rates.groups if group.falls_below]
        blocks += [Paragraph(f"{name}: falls below four fifths of the highest selection rate.", style=Style.BAD) for name in below]
    if held:
        why = "as too few people of some group move, or stay"
        blocks.append(Paragraph(f"By {joined(held, 'or')}: held back, {why}; {EXACT} tells it to those who may see it.", style=Style.CLOSE))
    if blocks:
        note = "Small groups say little: `evaluator impact` shows intervals, tests and what one choice would change."
        yield Folded(f"By group: who is {ready}", (*blocks, Paragraph(note, style=Style.FAINT)))


def _rates(rates: GroupRates, was: str, ready: str) -> Table:
    headers = ("Group", "Considered", f"Was {was}", f"Is {ready}", "Selection rate", "Impact ratio")
    return Table(headers=headers, rows=tuple(tuple(map(Cell, _group(group))) for group in rates.groups))


def _group(group: Group) -> tuple[str, ...]:
    rates = [_rate(counts) for counts in (group.before, group.after)]
    ratios = [_ratio(number) for number in (group.ratio_before, group.ratio_after)]
    numbers = (group.before.considered, group.before.selected, group.after.selected)
    return (group.name or UNSTATED, *(f"{number:,}" for number in numbers), _turn(rates), _turn(ratios))


def _turn(pair: list[str]) -> str:
    return pair[0] if pair[0] == pair[1] else f"{pair[0]} {ARROW} {pair[1]}"


def _rate(counts: Counts) -> str:
    return NOTHING if counts.rate is None else percent_words(counts.rate, 1)


def _ratio(ratio: Fraction | None) -> str:
    return NOTHING if ratio is None else show_number(ratio)


def _turned_words(standing: Standings) -> str:
    """Name the roles of a cumulative track by which a standing changes, with how many people where it is not all of them."""
    every = standing.rises + standing.falls
    counts = [one.rises + one.falls for one in standing.through]
    words = [
        _through_words(one.role, one.causes) + (f" for {people_words(number)}" if number < every else "")
        for one, number in zip(standing.through, counts, strict=True)
    ]
    return f", {joined(words)}" if words else ""


def standing_blocks(people: PeopleDiff) -> Iterator[Block]:
    """Yield how many people's standings and next roles change."""
    items = []
    titles = {track.id: track.title for pack in (people.both.old.pack, people.both.new.pack) for track in pack.tracks}
    for standing in people.standings:
        parts = [f"{word} for {people_words(number)}" for word, number in (("rises", standing.rises), ("falls", standing.falls)) if number]
        items.append(Item(f"{titles[standing.track]}: the standing {' and '.join(parts)}{_turned_words(standing)}", mark="·"))
    for role in people.next_roles.roles:
        said = [f"{word} for {people_words(number)}" for word, number in (("opens", role.opened), ("closes", role.closed)) if number]
        items.append(Item(f"{role.role.title}: the way there {' and '.join(said)}", mark="·"))
    if items:
        yield Heading("Standings and next roles", 3)
        yield Listing(tuple(items))

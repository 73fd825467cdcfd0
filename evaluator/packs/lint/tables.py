"""R305, R306: values for which a lookup table has no entry, and entries that nothing can possible."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from fractions import Fraction

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AttributeTest, leaves
from evaluator.core.current_role import CURRENT_ROLE
from evaluator.core.enums import MoveKind
from evaluator.core.expressions import Expression, Gather, Gathering, Lookup, Reference, When, conditions_on_profile, within
from evaluator.core.model import Pack
from evaluator.core.values import NUMERIC, Atom, Kind, Number, Value, ValueType, show_number, tidy, with_unit
from evaluator.diagnostics import Problems, Related, Span
from evaluator.packs.lint.intervals import Interval, ValueSet, value_set
from evaluator.packs.lint.possible_values import PossibleValues, declared, reached_entries, value_of, without_entry
from evaluator.report.words import joined_some

_TRIES = 400
_MOST_TRIED = 200_000
"""So many computations are tried out in all for one pack, in search of examples."""
_SHOWN = 3


@attrs.frozen(kw_only=True)
class Use:
    """One look-up in a table: the attribute that it is computed for, and the values that are looked up."""

    owner: Attribute
    lookup: Lookup
    keys: ValueSet

    @property
    def place(self) -> Span:
        """Where it is written."""
        return self.owner.span if self.owner.derivation is None else self.owner.derivation.span


def uses(possible: PossibleValues) -> Iterator[Use]:
    """Yield every look-up of a pack."""
    for attribute in (derived for derived in possible.pack.derived_attributes if not derived.implied):
        for expression in () if attribute.derivation is None else within(attribute.derivation.expression):
            if isinstance(expression, Lookup):
                yield Use(owner=attribute, lookup=expression, keys=possible.of(expression.of))


def values_without_entry(pack: Pack, problems: Problems) -> None:
    """R305: a table that has no entry for something that is looked up in it and allowed by the declared ranges.

    All such values are told where the values of an expression are known exactly: stated attributes, arithmetic on attributes that are
    read once, and everything over few values. Where attributes depend on each other, only values are told that an example comes to.
    """
    possible = PossibleValues(pack=pack)
    told: dict[tuple[str, str], list[tuple[Use, ValueSet]]] = {}
    every = [use for use in uses(possible) if use.lookup.table in pack.tables]
    tries = _MOST_TRIED // max(1, sum(1 + len(possible.chain(use.lookup.of)) for use in every))
    for use in every:
        without = missing(possible, use, min(tries, _TRIES))
        if words := hole_words(without, type_of(use.lookup.of, pack)):
            examples = "" if without_entry(use.lookup, use.keys).exact else "values such as "
            told.setdefault((use.lookup.table, examples + words), []).append((use, without))
    for (table, words), found in told.items():
        problems.add(
            "R305",
            f"the table `{table}` has no entry for {words}, which {_looked_up(found[0][0], pack)}",
            pack.tables[table].span,
            help=_step(*found[0], pack),
            related=[Related(span=use.place, message="it is looked up here") for use, _ in found[:_SHOWN]],
        )


def _looked_up(use: Use, pack: Pack) -> str:
    attribute = pack.attributes[use.lookup.of.attribute] if isinstance(use.lookup.of, Reference) else None
    return f"`{use.owner.id}` can look up in it" if attribute is None else f"`{attribute.id}` can be"


def _step(use: Use, holes: ValueSet, pack: Pack) -> str:
    """Say what leaves nothing without an entry."""
    of = use.lookup.of
    type_ = type_of(of, pack)
    if type_ is not None and type_.kind is Kind.TEXT:
        named = f"the field `{of.field}`" if isinstance(of, Gather) else "it"
        return f"make {named} a choice, with the keys of the table as its options"
    if holes.anything:
        return "look up a number that is counted from it, such as months_since, in a table of bands"
    attribute = pack.attributes[of.attribute] if isinstance(of, Reference) else None
    stated = attribute is not None and attribute.derivation is None
    steps = _steps(use.lookup, holes)
    if attribute is not None and stated and any(interval.low is None or interval.high is None for interval in holes.intervals):
        steps.append(f"declare a range of `{attribute.id}` that the table covers")
    return steps[0] if len(steps) == 1 else f"{', '.join(steps[:-1])}, or {steps[-1]}"


def _steps(lookup: Lookup, holes: ValueSet) -> list[str]:
    if (
        lookup.bands
        and not holes.intervals
        and holes.listed <= {band.lowest for band in lookup.bands} & {band.highest for band in lookup.bands}
    ):
        return ["let a band beside it take it in, with at_least or at_most"]
    if lookup.bands:
        several = len(holes.intervals) + len(holes.listed) > 1
        return [_BANDS[_beyond(lookup, holes)], "add bands" if several else "add a band"]
    if holes.intervals:
        return ["use bands instead of rows"]
    return ["add a row for it" if len(holes.listed) == 1 else "add a row for each"]


_BANDS = {
    "first": "leave the first band open below",
    "last": "leave the last band open above",
    "both": "leave the first band open below and the last one above",
    "between": "let each band begin where the one before it ends",
}


def _beyond(lookup: Lookup, holes: ValueSet) -> str:
    """Say where values without an entry lie: before the first band, after the last, on both sides, or between bands, too."""
    lows, highs = [band.lowest for band in lookup.bands], [band.highest for band in lookup.bands]
    low = None if None in lows else min(one for one in lows if one is not None)
    high = None if None in highs else max(one for one in highs if one is not None)
    sides = set()
    for end in holes.ends():
        before = low is not None and end.high is not None and end.high <= low
        after = high is not None and end.low is not None and end.low >= high
        sides.add("first" if before else "last" if after else "between")
    return "between" if "between" in sides else "both" if len(sides) > 1 else next(iter(sides), "between")


def missing(possible: PossibleValues, use: Use, tries: int = _TRIES) -> ValueSet:
    """Return values that can be looked up and have no entry: all of them, or where that is not known for sure, such as were found."""
    found = without_entry(use.lookup, _asked_of(possible.pack, use))
    return found if found.exact or found.empty else value_set(set(_examples(possible, use, tries)))


def _asked_of(pack: Pack, use: Use) -> ValueSet:
    """Return the values that are looked up; of today's role those alone from which a move leads on: nobody is judged by a table else."""
    of = use.lookup.of
    if not isinstance(of, Reference) or of.attribute != CURRENT_ROLE or not pack.attributes[of.attribute].implied or not pack.moves:
        return use.keys
    left = {move.origin for move in pack.moves if move.kind is not MoveKind.DEMOTION}
    return value_set([name for name in pack.roles if name in left])


def _examples(possible: PossibleValues, use: Use, tries: int) -> Iterator[Atom]:
    """Yield values without an entry that attributes within their ranges come to, out of many tries."""
    choices = {name: _chosen(possible, use, name) for name in possible.reads(use.lookup.of)}
    if not all(choices.values()) or not possible.can_be_tried(use.lookup.of):
        return
    chance = random.Random(0)  # noqa: S311 - the same tries in every run
    chain = possible.chain(use.lookup.of)
    for _ in range(tries):
        chosen = {name: chance.choice(some) for name, some in choices.items()}
        value = value_of(use.lookup.of, chain, {name: one for name, one in chosen.items() if one is not None})
        if value is not None and not isinstance(value, frozenset | tuple) and not without_entry(use.lookup, value_set([value])).empty:
            yield value


def _chosen(possible: PossibleValues, use: Use, name: str) -> list[Value | None]:
    """Return values of an attribute to try: all where they are few, else those at and beside the numbers that matter; None is missing."""
    attribute = possible.pack.attributes[name]
    part = declared(attribute.type)
    values: list[Value | None] = sorted(part.listed, key=str)
    for interval in part.intervals:
        ends = {end for end in (interval.low, interval.high) if end is not None}
        near = {
            mark + shift for mark in {*ends, *_thresholds(possible, use, name), 0} for shift in (-1, Fraction(-1, 2), 0, Fraction(1, 2), 1)
        }
        values += [tidy(Fraction(number)) for number in sorted(near) if part.holds(tidy(Fraction(number)))]
    return [*values, None] if values and attribute.absent_means is None else values


def _thresholds(possible: PossibleValues, use: Use, name: str) -> set[Number]:
    """Return the numbers that matter of an attribute: those that tests and the table name."""
    ends = {end for band in use.lookup.bands for end in (band.lowest, band.highest) if end is not None}
    ends |= {key for key in use.lookup.rows if isinstance(key, int | Fraction) and not isinstance(key, bool)}
    tests = (test for expression in possible.all_within(use.lookup.of) for test in _tests(expression) if test.attribute == name)
    return ends | {test.value for test in tests if isinstance(test.value, int | Fraction) and not isinstance(test.value, bool)}


def _tests(expression: Expression) -> Iterable[AttributeTest]:
    return (test for condition in conditions_on_profile(expression) for test in leaves(condition))


def dead_entries(pack: Pack, problems: Problems) -> None:
    """R306: a row or a band that nothing that is looked up in its table can reach.

    What is called dead is; of what is computed from attributes that depend on each other, not everything dead is found.
    """
    reached: dict[str, list[bool]] = {}
    banded: dict[str, bool] = {}
    for use in uses(PossibleValues(pack=pack)):
        reached_here = reached_entries(use.lookup, use.keys)
        banded[use.lookup.table] = bool(use.lookup.bands)
        before = reached.get(use.lookup.table, [False] * len(reached_here))
        reached[use.lookup.table] = [one or other for one, other in zip(before, reached_here, strict=True)]
    for name, reached_here in reached.items():
        places = pack.tables[name].places if name in pack.tables else ()
        if len(places) == len(reached_here):
            for span in (place for place, there in zip(places, reached_here, strict=True) if not there):
                lies = "lies in this band" if banded[name] else "can be this one"
                message = f"no value that is looked up in the table `{name}` {lies}"
                problems.add("R306", message, span, help="take it out, or look at the ranges of what is looked up")


def type_of(expression: Expression, pack: Pack) -> ValueType | None:
    """Return the type of what is looked up, where it has one other than a number computed here."""
    match expression:
        case Reference(attribute=name):
            return pack.attributes[name].type
        case Gather(gathering=Gathering.LATEST | Gathering.EARLIEST | Gathering.MIN | Gathering.MAX, records=records, field=str(field)):
            return pack.attributes[records].type.fields.get(field)
        case Lookup(table=table):
            return pack.tables[table].type if table in pack.tables else None
        case When(branches=branches, otherwise=otherwise):
            return next((value_type for one in (*(value for _, value in branches), otherwise) if (value_type := type_of(one, pack))), None)
        case _:
            return None


def hole_words(holes: ValueSet, type_: ValueType | None) -> str:
    """Name values: `16 points or more`, `5 to 9 years and 12 years`; nothing where there are none."""
    words = [*_listed_words(holes, type_), *(_interval_words(interval, type_) for interval in sorted(holes.intervals, key=_order))]
    words += [_ANY.get(type_.kind, "any other value") if type_ is not None else "any other value"] if holes.anything else []
    return joined_some(words, _SHOWN)


_ANY = {Kind.TEXT: "any other text", Kind.DATE: "any other date"}


def _order(interval: Interval) -> tuple[bool, Fraction]:
    return (interval.low is not None, interval.low or Fraction(0))


def _listed_words(holes: ValueSet, type_: ValueType | None) -> Iterator[str]:
    if type_ is not None and type_.kind not in NUMERIC:
        order = sorted(holes.listed, key=lambda one: one if type_.kind is Kind.SCALE else str(one))
        yield from (f"`{_plain(value, type_)}`" for value in order)
        return
    numbers = sorted(holes.numbers())
    start = 0
    for index in range(1, len(numbers) + 1):
        if index == len(numbers) or numbers[index] - numbers[index - 1] != 1:
            first, last = numbers[start], numbers[index - 1]
            yield _exactly(last, type_) if first == last else f"{_exactly(first, None)} to {_exactly(last, type_)}"
            start = index
    yield from (f"`{value}`" for value in sorted(map(str, (value for value in holes.listed if isinstance(value, str)))))


def _plain(value: Atom, type_: ValueType) -> str:
    return str(value).lower() if isinstance(value, bool) else type_.show(value)


def _interval_words(interval: Interval, type_: ValueType | None) -> str:
    """Say a interval; where all between two steps is left out, its ends are in it."""
    if interval.low is None and interval.high is None:
        return "any other number"
    low = "" if interval.low is None else _exactly(interval.low, None if interval.high is not None else type_)
    high = "" if interval.high is None else _exactly(interval.high, type_)
    if not low:
        return f"less than {high}" if interval.high_open else f"{high} or less"
    if not high:
        return f"more than {low}" if interval.low_open else f"{low} or more"
    if not interval.low_open and not interval.high_open:
        return f"{low} to {high}"
    first = f"more than {low}" if interval.low_open else f"{low} or more"
    return f"{first}, but less than {high}" if interval.high_open else f"{first}, up to {high}"


def _exactly(number: Fraction, type_: ValueType | None) -> str:
    unit = None if type_ is None else type_.unit
    if (number * 100).denominator == 1:
        return with_unit(tidy(number), unit)
    decimals = next((places for places in range(3, 16) if (number * 10**places).denominator == 1), None)
    text = f"about {show_number(number)}" if decimals is None else f"{float(number):.{decimals}f}"
    return f"{text} {unit}" if unit else text

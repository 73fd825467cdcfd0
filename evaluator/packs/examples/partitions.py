"""The cells of a profile's space: statements among which every profile has one that the conditions cannot tell from it."""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product

import attrs

from evaluator.core.breakpoints import Marks
from evaluator.core.conditions import Condition
from evaluator.core.facts import complete
from evaluator.core.model import Pack, Profile
from evaluator.core.trial_values import MOST_ENTRIES, entries, points
from evaluator.core.values import Atom, Facts, Kind, Value
from evaluator.diagnostics import Span

Cell = Mapping[str, Value | None]
"""What some attributes are stated as; None for one that is not stated."""
MOST_CELLS = 4_000
_SEED = 20261101


@attrs.frozen(slots=False, kw_only=True)
class Cells:
    """The cells of some conditions; `complete` where they stand for every profile there can be."""

    pack: Pack
    as_of: datetime.date
    choices: Mapping[str, tuple[Value | None, ...]]
    known: bool

    @cached_property
    def number(self) -> int:
        """How many cells there are."""
        return math.prod(len(values) for values in self.choices.values())

    @property
    def complete(self) -> bool:
        """Whether every profile is like one of the cells, as far as the conditions can tell."""
        return self.known and self.number <= MOST_CELLS

    def __iter__(self) -> Iterator[Cell]:
        """Yield the cells, or a random sample with a fixed seed where they are too many."""
        names = tuple(self.choices)
        if self.number <= MOST_CELLS:
            return (dict(zip(names, values, strict=True)) for values in product(*self.choices.values()))
        chance = random.Random(_SEED)  # noqa: S311 - a sample, no secret
        return ({name: chance.choice(self.choices[name]) for name in names} for _ in range(MOST_CELLS))


def cells(packs: Sequence[Pack], conditions: Iterable[Condition | None], as_of: datetime.date, *, expand: Iterable[str] = ()) -> Cells:
    """Return the cells of conditions under one pack or two that differ; `expand` are derived attributes to be computed, not stated."""
    wanted, opened = tuple(conditions), frozenset(expand)
    read = [_marks(pack, wanted, as_of, opened) for pack in packs]
    names = dict.fromkeys(name for part in read for name in part.found)
    peers = [pair for part in read for pair in part.peers]
    known = all(part.complete for part in read) and len(set(peers)) <= 1
    choices: dict[str, tuple[Value | None, ...]] = dict.fromkeys(sorted({name for one in read for name in one.blocked}), (None,))
    for name in names:
        type_ = packs[0].attributes[name].type
        if type_.kind is Kind.RECORDS:
            choices[name] = ()
            continue
        related = {name, *(other for pair in peers if name in pair for other in pair)}
        marks: set[Atom] = {mark for one in read for other in related for mark in one.found.get(other, ())}
        values, exact = points(type_, marks, crowded=len(related) > 1)
        known = known and exact
        choices[name] = (*values, None)
    tried = {name: [value for value in values if value is not None] for name, values in choices.items()}
    for name in names:
        if packs[0].attributes[name].kind is Kind.RECORDS:
            gathers = [found for one in read for found in one.gathers.get(name, ())]
            choices[name] = (*entries(packs[0].attributes[name].type, gathers, as_of, tried, most=MOST_ENTRIES), None)
    return Cells(pack=packs[0], as_of=as_of, choices=choices, known=known)


def _marks(pack: Pack, conditions: Sequence[Condition | None], as_of: datetime.date, expand: frozenset[str]) -> Marks:
    marks = Marks(pack=pack, as_of=as_of, expand=expand)
    for condition in conditions:
        marks.condition(condition)
    return marks


def stated(given: Mapping[str, Value], cell: Cell) -> dict[str, Value]:
    """Return statements with those of a cell on top."""
    kept = {name: value for name, value in given.items() if name not in cell}
    return kept | {name: value for name, value in cell.items() if value is not None}


def facts_of(pack: Pack, given: Mapping[str, Value], as_of: datetime.date) -> Facts:
    """Return what is known of a profile that states so much."""
    return complete(pack, Profile(id="example", given=given, span=Span.whole_file("example")), as_of).facts

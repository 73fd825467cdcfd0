"""What a report may tell by group without telling whose group is which; the one rule for `impact`, `sweep` and `diff`.

Whoever knows everybody's verdict learns a person's group from two exact counts of which one counts that person and the other does
not. So numbers by group are told only where many people are considered, a decision that hangs on nobody's group: below that, a
report is the same whoever belongs to which group. Above it, the sets of people of which one report tells numbers cut them into
parts, and of every part at least `FEW` people belong to each group that is told, and `FEW` do not: whatever is worked out from the
numbers of one report is about such parts. docs/impact.md states the rule and what it cannot rule out.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

import attrs
import polars as pl

from evaluator.calibration.impact.groups import Dimension
from evaluator.calibration.impact.measures import FEW, Comparison, compared
from evaluator.calibration.statistics import Counts

SMALLEST = 10
"""Groups of fewer people are not told, or with `exact` compared with nobody, unless another size is asked for."""
POOL = 1_000
"""Numbers by group are told from so many people considered on, unless another number is asked for."""
Cells = Mapping[int, Mapping[tuple[str | None, ...], int]]
"""How many people of each part have which group and, of a crossed dimension, which of its single groups; None where unknown."""


@attrs.frozen(kw_only=True)
class Rule:
    """What is asked: every number with `exact`; else groups of at least `smallest`, where at least `pool` people are considered."""

    exact: bool = False
    smallest: int = SMALLEST
    pool: int = POOL

    def holds_back(self, considered: int) -> bool:
        """Whether nothing is told by group of so few people considered; nobody's group decides that."""
        return not self.exact and considered < self.pool


class Why(enum.StrEnum):
    """Why a number by group is held back."""

    POOL = "too few people are considered"
    FEW = f"fewer than {FEW} are selected"
    OTHERS_FEW = f"fewer than {FEW} are not selected"
    OTHERS = "it would tell another number"


@attrs.frozen(kw_only=True)
class Hidden:
    """A group whose number of people selected is held back; `considered` is None where that is too.

    `most` is the largest ratio it can have by what is told, where that is little.
    """

    name: str
    considered: int | None
    why: Why
    most: Fraction | None = None


@attrs.frozen(kw_only=True)
class Selection:
    """What is told of who is selected, by group: the groups of which it is, those `hidden`, and how many are too small to be named.

    `beside` counts the people in no row: of unknown group, and of those too small; None where that would tell a number that is held
    back. `held` says why nothing is told at all; then nothing of this hangs on anybody's group.
    """

    comparison: Comparison
    hidden: tuple[Hidden, ...] = ()
    unnamed: int = 0
    beside: int | None = None
    held: Why | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The groups of which numbers are told."""
        return tuple(group.name for group in self.comparison.groups)


NOTHING_TOLD = Selection(comparison=compared({}), held=Why.POOL)


def counted(dimension: Dimension, who: pl.Series, yes: pl.Series) -> dict[str, Counts]:
    """Count, by group, who is considered and who of them is selected; people of unknown group are in none."""
    frame = pl.DataFrame({"group": dimension.labels, "yes": yes}).filter(who & dimension.labels.is_not_null())
    rows = frame.group_by("group").agg(pl.len(), pl.col("yes").sum().alias("selected")).iter_rows()
    return {group: Counts(selected, considered) for group, considered, selected in rows}


@attrs.define
class Parts:
    """Into which parts the sets that one report tells numbers of, by whichever dimension, cut the people; part 0 is in none of them."""

    places: pl.Series

    @classmethod
    def of(cls, people: int) -> Parts:
        """Return the one part that all people are before anything is told."""
        return cls(pl.repeat(0, people, dtype=pl.Int64, eager=True))


@attrs.frozen(kw_only=True)
class Disclosure:
    """What one report tells by one dimension; `parts` are those of the whole report."""

    rule: Rule
    dimension: Dimension
    parts: Parts

    def selection(self, who: pl.Series, yes: pl.Series) -> Selection:
        """Return what may be told of those considered and those of them who are selected, and take it into account."""
        if self.rule.holds_back(int(who.sum())):
            return NOTHING_TOLD
        counts = counted(self.dimension, who, yes)
        considered = int(who.sum())
        small = {name for name, count in counts.items() if count.considered < self.rule.smallest}
        if self.rule.exact:
            unknown = considered - sum(count.considered for count in counts.values())
            return Selection(comparison=compared(counts, left_out=small), beside=unknown)
        large = sorted(set(counts) - small)
        parts = _cut(self.parts.places, [who])
        counted_groups = self._safe(parts, large, large)
        finer = _cut(parts, [yes & who])
        told = self._safe(finer, counted_groups, large)
        self.parts.places = finer if told else parts if counted_groups else self.parts.places
        comparison = compared({name: counts[name] for name in told})
        hidden = tuple(_hidden(name, counts[name], comparison, counted_groups) for name in large if name not in told)
        rows = sum(counts[name].considered for name in counted_groups)
        beside = considered - rows if len(counted_groups) == len(large) else None
        return Selection(comparison=comparison, hidden=hidden, unnamed=len(small), beside=beside)

    def also(self, told: Selection, *sets: pl.Series) -> bool:
        """Whether numbers of further sets may be told of the groups that are told already; they are taken into account where so."""
        if self.rule.exact:
            return True
        names = told.names
        if told.held is not None or not names:
            return False
        parts = _cut(self.parts.places, sets)
        if set(self._safe(parts, names, (*names, *(hidden.name for hidden in told.hidden)))) != set(names):
            return False
        self.parts.places = parts
        return True

    def more(self, told: Selection, who: pl.Series, yes: pl.Series) -> Comparison | None:
        """Return how the groups that are told compare by another selection; None where that is held back."""
        return self.comparison(told, who, yes) if self.also(told, who, yes & who) else None

    def comparison(self, told: Selection, who: pl.Series, yes: pl.Series) -> Comparison:
        """Compare the groups that are told by a selection that may be told."""
        counts = counted(self.dimension, who, yes)
        if not self.rule.exact:
            counts = {name: counts[name] for name in told.names if name in counts}
        return compared(counts, left_out={group.name for group in told.comparison.groups if not group.compared})

    def _safe(self, parts: pl.Series, names: Collection[str], large: Collection[str]) -> list[str]:
        """Return of which groups all these parts can be told: enough people are in and out, and no other group is told by it."""
        cells = self._cells(parts)
        result = [name for name in names if all(_enough(of_group(name, cell), cell) for cell in cells.values())]
        while (more := self._betrays(cells, result, large)) is not None:
            result.remove(more)
        return result

    def _betrays(self, cells: Cells, told: Collection[str], large: Collection[str]) -> str | None:
        """Return a group to hold back too, where what is left of a sum tells a group that is held back; the one with the fewest people.

        A sum is that of everybody in a part and, of a crossed dimension, of each of its single groups there.
        """
        held = set(large) - set(told)
        if not held:
            return None
        for part in cells.values():
            for line in _lines(part):
                if held.isdisjoint(key[0] for key in line):
                    continue
                left = sum(number for key, number in line.items() if key[0] not in told)
                shown = sorted((number, str(key[0])) for key, number in line.items() if key[0] in told)
                if left < FEW and shown:
                    return shown[0][1]
        return None

    def _cells(self, parts: pl.Series) -> Cells:
        """Count the people of each part but the one outside all sets told, by group and by the single groups that are crossed."""
        columns = [self.dimension.labels, *(one.labels for one in self.dimension.crossed)]
        named = {f"group {index}": labels for index, labels in enumerate(columns)}
        frame = pl.DataFrame({"part": parts, **named}).filter(pl.col("part") > 0)
        cells: dict[int, dict[tuple[str | None, ...], int]] = {}
        for part, *key, number in frame.group_by("part", *named).len().sort(pl.all()).iter_rows():
            cells.setdefault(part, {})[tuple(key)] = number
        return cells


def _cut(parts: pl.Series, sets: Sequence[pl.Series]) -> pl.Series:
    """Cut parts further by sets; whoever is in none of those told so far stays in part 0."""
    for series in sets:
        code = parts * 2 + series.cast(pl.Int64)
        dense = code.rank("dense").cast(pl.Int64)
        parts = dense - 1 if code.min() == 0 else dense
    return parts


def of_group(name: str, part: Mapping[tuple[str | None, ...], int]) -> int:
    """Count the people of a group in a part."""
    return sum(number for key, number in part.items() if key[0] == name)


def _enough(number: int, part: Mapping[tuple[str | None, ...], int]) -> bool:
    return FEW <= number <= sum(part.values()) - FEW


def _lines(part: Mapping[tuple[str | None, ...], int]) -> Iterator[Mapping[tuple[str | None, ...], int]]:
    """Yield the people whose sum somebody can know: all of a part, and all of each single group that is crossed."""
    yield part
    width = len(next(iter(part), ()))
    for index in range(1, width):
        for value in {key[index] for key in part} - {None}:
            yield {key: number for key, number in part.items() if key[index] == value}


def _hidden(name: str, counts: Counts, comparison: Comparison, considered: Collection[str]) -> Hidden:
    if name not in considered:
        return Hidden(name=name, considered=None, why=Why.OTHERS)
    if counts.selected >= FEW:
        why = Why.OTHERS_FEW if counts.considered - counts.selected < FEW else Why.OTHERS
        return Hidden(name=name, considered=counts.considered, why=why)
    best = None if comparison.best is None else comparison.group(comparison.best).rate
    most = None if best is None else Fraction(FEW - 1, counts.considered) / best
    return Hidden(name=name, considered=counts.considered, why=Why.FEW, most=most if most is not None and most < 1 else None)


def disclosures(rule: Rule, by: Iterable[Dimension]) -> dict[tuple[str, ...], Disclosure]:
    """Return what one report tells by each dimension, by its columns."""
    listed = {dimension.columns: dimension for dimension in by}
    parts = Parts.of(len(next(iter(listed.values())).labels)) if listed else Parts.of(0)
    return {columns: Disclosure(rule=rule, dimension=dimension, parts=parts) for columns, dimension in listed.items()}

"""Candidates for one role in order: by what is known, then the pack's tie-breakers, chunk after chunk, with ties shown as ties."""

from __future__ import annotations

import datetime
import enum
import math
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

import attrs
import polars as pl

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import Condition
from evaluator.core.dates import Precision, day_of, show_date
from evaluator.core.enums import Prefer, RankBy
from evaluator.core.facts import complete
from evaluator.core.model import Move, Pack, TieBreaker
from evaluator.core.ranking import ranking_sides
from evaluator.core.recommendation import Relation, placed, steps_to
from evaluator.core.values import ORDERED, Facts, Kind, Value, ValueType
from evaluator.engines.columns.decode import decoded
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import role_today
from evaluator.engines.columns.truths import column
from evaluator.populations.condition_truths import truths_of
from evaluator.populations.counting import count_days
from evaluator.populations.judging import Judge
from evaluator.populations.levels import tidy
from evaluator.populations.request import Request
from evaluator.populations.result_codes import HIGH, LOW, QUESTIONS, shown
from evaluator.populations.where import Chosen, Where, chosen, those, told_of
from evaluator.reading.tables import Chunk, Rejected
from evaluator.reading.tables.model import SHOWN_REJECTED, first_reasons

RANK = "rank"
Position = tuple[float, ...]
_LETTERS = {RankBy.VERDICT: "v", RankBy.SCORE: "s"}
_NAMES = {which: [shown(letter, which) for letter in _LETTERS.values()] for which in (LOW, HIGH)}
_KEYS = (*_NAMES[LOW], *_NAMES[HIGH])
"""The columns of verdicts and scores, from both sides of what is unknown."""


class Among(enum.StrEnum):
    """Who is ranked."""

    CANDIDATES = "candidates"
    """Those for whom the role would be a step."""
    EVERYONE = "everyone"
    """All people, whatever their role today."""


class LeftOut(enum.StrEnum):
    """Why the role would be no step for somebody."""

    HOLDS = "holds it today"
    ABOVE = "stands above it"
    CLOSED = "the move there is closed"
    NO_MOVE = "no move leads there"
    NO_ROLE = "no role today is stated"


_PLACED = {
    Relation.HELD: LeftOut.HOLDS,
    Relation.DOWN: LeftOut.ABOVE,
    Relation.NO_MOVE: LeftOut.NO_MOVE,
    Relation.NO_ROLE: LeftOut.NO_ROLE,
}


@attrs.frozen(kw_only=True)
class Breaker:
    """An attribute by which candidates with the same verdict and score are ordered; who lacks it comes last."""

    attribute: Attribute
    high: bool

    @property
    def key(self) -> str:
        """The column that orders by it."""
        return f"tie.{self.attribute.id}"


@attrs.frozen(kw_only=True)
class Ranking:
    """The best candidates, how many more share the last one's rank, who was ranked, and who was left out and why.

    `open` are those shown whose answers to open questions could bring them up, `below` those not shown who could come before the last
    one shown. `chosen` says whom a condition takes: of everybody, or of the candidates where it names what they are judged to be.
    `rejected` of all `rows` cannot be judged, and a few of them are kept with their reasons; `other_roles` are those that people
    hold and the pack does not have.
    """

    candidates: pl.DataFrame
    beyond: int
    judged: int
    left_out: Mapping[LeftOut, int]
    rejected: int
    first_rejected: tuple[Rejected, ...] = ()
    other_roles: Counter[str] = attrs.field(factory=Counter)
    rows: int = 0
    chosen: Chosen | None = None
    open: int = 0
    below: int = 0
    days: Counter[tuple[int, int | None]] = attrs.field(factory=Counter)


def tie_breakers(pack: Pack) -> tuple[Breaker, ...]:
    """Return the tie-breakers that a pack declares, of attributes that can be ordered."""
    declared = [(pack.attributes[tie_breaker.attribute], tie_breaker.prefer) for tie_breaker in pack.tie_breakers]
    usable = [(attribute, prefer) for attribute, prefer in declared if attribute.kind in ORDERED | {Kind.FLAG}]
    return tuple(Breaker(attribute=attribute, high=prefer is Prefer.HIGH) for attribute, prefer in usable)


@attrs.define(kw_only=True)
class Ranker:
    """Keeps the best candidates while a population goes by."""

    pack: Pack
    role: str
    top: int
    engine: str = "columns"
    among: Among = Among.CANDIDATES
    today: datetime.date | None = None
    where: Where | None = None

    def rank(self, people: Iterable[Chunk]) -> Ranking:
        """Rank the people for whom the role would be a step, or everybody."""
        judge = Judge(pack=self.pack, request=Request(role=self.role, engine=self.engine, today=self.today))
        best: pl.DataFrame | None = None
        days: Counter[tuple[int, int | None]] = Counter()
        beyond = judged = rejected = rows = 0
        first_rejected: tuple[Rejected, ...] = ()
        other_roles: Counter[str] = Counter()
        left_out: Counter[LeftOut] = Counter()
        could: Counter[Position] = Counter()
        counted = None if self.where is None else Chosen(where=self.where.text)
        for whole in people:
            chunk, before = self._chosen(whole)
            frame = chunk.frame if self.among is Among.EVERYONE else self._steps(chunk.frame, judge, left_out)
            frame, after = self._met(frame, chunk, judge)
            for part in (before, after):
                counted = counted.and_(part) if counted is not None and part is not None else counted
            candidates = self._candidates(frame, judge)
            days.update(count_days(frame))
            judged += frame.height
            rows += chunk.rows
            left = first_reasons(chunk.rejected)
            rejected += len(left)
            first_rejected = (*first_rejected, *left)[:SHOWN_REJECTED]
            other_roles.update(chunk.other_roles)
            could.update(self._open_at_best(candidates))
            best, beyond = self._merged(best, candidates, beyond)
        if best is None:
            raise ValueError("a population has at least one chunk")
        open_, below = self._could_rise(best, could)
        return Ranking(
            candidates=self._ranked(best),
            beyond=beyond,
            judged=judged,
            left_out=left_out,
            rejected=rejected,
            first_rejected=first_rejected,
            other_roles=other_roles,
            rows=rows,
            chosen=counted,
            open=open_,
            below=below,
            days=days,
        )

    def _chosen(self, chunk: Chunk) -> tuple[Chunk, Chosen | None]:
        """Return a chunk with those whom a condition on the columns that came in takes."""
        if self.where is None or self.where.of_results:
            return chunk, None
        met, left = chosen(self.where, chunk, None, self.pack)
        return those(chunk, met), left

    def _met(self, frame: pl.DataFrame, chunk: Chunk, judge: Judge) -> tuple[pl.DataFrame, Chosen | None]:
        """Return the candidates of a chunk whom a condition on what they are judged to be takes."""
        if self.where is None or not self.where.of_results:
            return frame, None
        candidates = those(chunk, chunk.frame["row"].is_in(frame["row"].implode()))
        results = told_of(candidates, judge.judge(frame), self.pack, judge.request)
        met, left = chosen(self.where, candidates, results, self.pack)
        return frame.filter(met), left

    def _steps(self, frame: pl.DataFrame, judge: Judge, left_out: Counter[LeftOut]) -> pl.DataFrame:
        """Return the people for whom the role would be a step, and count the others by why it is not."""
        ways = steps_to(self.role, self.pack)
        origins = {move.origin for move in ways}
        reasons = {index: LeftOut.CLOSED if name in origins else self._why(name) for index, name in enumerate(self.pack.roles)}
        step = self._open(frame, ways, judge)
        held = frame.filter(~step)[role_today(self.pack)].value_counts()
        for place, number in held.iter_rows():
            left_out[self._why(None) if place is None else reasons[place]] += number
        return frame.filter(step)

    def _why(self, today: str | None) -> LeftOut:
        return _PLACED[placed(today, self.role, self.pack)]

    def _open(self, frame: pl.DataFrame, ways: Sequence[Move], judge: Judge) -> pl.Series:
        """Return to whom one of the moves is not closed."""
        with speaking(pl):
            derived: pl.DataFrame = judge.plan.derive(frame.lazy()).collect()

        def facts(index: int) -> Facts:
            person = next(decoded(self.pack, frame[index]))
            return complete(judge.closed, person.profile, person.as_of).facts

        conditions: dict[Hashable, Condition] = {index: move.when for index, move in enumerate(ways) if move.when is not None}
        truths = truths_of(conditions, judge.plan, derived, facts)
        places = {name: index for index, name in enumerate(self.pack.roles)}
        series = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
        for number, move in enumerate(ways):
            here = (frame[role_today(self.pack)] == places[move.origin]).fill_null(value=False)
            series |= here & truths[number].fill_null(value=True) if number in truths else here
        return series

    def _could_rise(self, best: pl.DataFrame, could: Counter[Position]) -> tuple[int, int]:
        """Count those shown whom answers could bring before somebody shown above them, and those not shown, before the last one shown."""
        known = list(self._positions(best, LOW))
        at_best = [one if asked else now for one, now, asked in zip(self._positions(best, HIGH), known, _asked(best), strict=True)]
        rising = sum(
            mine != here and self._rises(index, mine, best, known) for index, (mine, here) in enumerate(zip(at_best, known, strict=True))
        )
        if best.height < self.top or not known:
            return rising, 0
        last = known[-1]
        shown_ = sum(mine != here and mine < last for mine, here in zip(at_best, known, strict=True))
        return rising, sum(number for position, number in could.items() if position < last) - shown_

    def _positions(self, frame: pl.DataFrame, which: str) -> Iterator[Position]:
        """Yield where each stands on one side of what is unknown, as numbers of which the lower one comes first.

        Where a pack names no order these are verdict and score; where it does, all that it names.
        """
        keys = self.pack.ranking or (RankBy.VERDICT, RankBy.SCORE)
        names = [(f"tie.{key.attribute}" if isinstance(key, TieBreaker) else shown(_LETTERS[key], which)) for key in keys]
        more = [key is RankBy.SCORE or (isinstance(key, TieBreaker) and key.prefer is Prefer.HIGH) for key in keys]
        for row in frame.select(names).iter_rows():
            yield tuple(math.inf if value is None else -value if high else value for value, high in zip(row, more, strict=True))

    def _open_at_best(self, frame: pl.DataFrame) -> Counter[Position]:
        """Count those of whom something is open that matters, by where the best answers would put them."""
        differ = pl.any_horizontal(pl.col(low).ne_missing(pl.col(high)) for low, high in zip(_NAMES[LOW], _NAMES[HIGH], strict=True))
        some = frame.filter(differ & pl.Series(_asked(frame), dtype=pl.Boolean))
        pairs = zip(self._positions(some, LOW), self._positions(some, HIGH), strict=True)
        return Counter(best for known, best in pairs if best != known)

    def _rises(self, index: int, at_best: Position, best: pl.DataFrame, known: Sequence[Position]) -> bool:
        """Whether somebody comes before whom they are level with, or up to whoever stands above them."""
        names = [name for name, _ in self._keys()]
        keys = best.select(names)
        around = [place for place in (index - 1, index + 1) if 0 <= place < best.height]
        if any(keys[place].equals(keys[index]) for place in around):
            return True
        whole = bool(self.pack.ranking) or len(names) == len(_KEYS)  # else tie-breakers come after
        return index > 0 and (at_best < known[index - 1] or (at_best == known[index - 1] and whole))

    def _candidates(self, frame: pl.DataFrame, judge: Judge) -> pl.DataFrame:
        """Return a chunk's people with what is told of them and what orders them, best first."""
        judged = judge.judge(frame)
        told = tidy(frame, judged, self.pack, judge.request, pl.DataFrame())
        names = list(self.pack.roles)
        held = [None if place is None else names[place] for place in frame[role_today(self.pack)]]
        told = told.with_columns(pl.Series("role", held, dtype=pl.String))  # the entry role too, which nobody has to state
        keys = judged.select(*_KEYS)
        return self._ordered(pl.concat([told, keys, self._ties(frame, judge)], how="horizontal"))

    def _ties(self, frame: pl.DataFrame, judge: Judge) -> pl.DataFrame:
        """Return what breaks ties: stated values, or computed ones."""
        breakers = tie_breakers(self.pack)
        with speaking(pl):
            derived: pl.DataFrame = judge.plan.derive(frame.lazy()).collect()
        return derived.select(pl.col(column(breaker.attribute.id)).cast(pl.Float64).alias(breaker.key) for breaker in breakers)

    def _keys(self) -> list[tuple[str, bool]]:
        """Return the columns that order candidates, and whether more of each comes first."""
        keys: list[tuple[str, bool]] = []
        for key in ranking_sides(self.pack):
            if not isinstance(key, TieBreaker):
                what, which = key
                keys.append((shown(_LETTERS[what], which), what is RankBy.SCORE))
            elif self.pack.attributes[key.attribute].kind in ORDERED | {Kind.FLAG}:
                keys.append((f"tie.{key.attribute}", key.prefer is Prefer.HIGH))
        return keys

    def _ordered(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return people in order; who is level is listed by name and id where the pack names the order, else as the data has them."""
        keys = self._keys()
        names = [pl.coalesce("name", "id").str.to_lowercase(), pl.col("id")] if self.pack.ranking else []
        by = [*(pl.col(name) for name, _ in keys), *names, pl.col("row")]
        return frame.sort(by, descending=[*(more for _, more in keys), *([False] * (len(names) + 1))], nulls_last=True)

    def _merged(self, best: pl.DataFrame | None, frame: pl.DataFrame, beyond: int) -> tuple[pl.DataFrame, int]:
        """Return the best so far, and how many more are level with the last of them."""
        everybody = frame if best is None else self._ordered(pl.concat([best, frame]))
        kept, rest = everybody.head(self.top), everybody.slice(self.top)
        if not kept.height or not (rest.height or beyond):
            return kept, 0
        names = [name for name, _ in self._keys()]
        last = kept.select(names).tail(1)
        level = rest.select(names).join(last, on=names, how="semi", nulls_equal=True).height
        still = best is not None and best.height == self.top and best.select(names).tail(1).equals(last)
        return kept, level + (beyond if still else 0)

    def _ranked(self, best: pl.DataFrame) -> pl.DataFrame:
        """Add each candidate's rank: as many as come before, and one; the same for those who are level."""
        names = [name for name, _ in self._keys()]
        ranked = best.with_row_index(RANK, offset=1).with_columns(pl.col(RANK).first().over(names))
        shown_ties = [self._told(ranked, tie_breaker) for tie_breaker in tie_breakers(self.pack)]
        told = [name for name in ranked.columns if name not in {*names, *_KEYS, RANK}]
        return ranked.select(RANK, *told).with_columns(*shown_ties)

    def _told(self, frame: pl.DataFrame, breaker: Breaker) -> pl.Series:
        """Return what broke ties as values of its type: a day as a date, a month as `2009-05`, a rank of a scale by its name."""
        values = [None if value is None else _native(breaker.attribute.type, value) for value in frame[breaker.key].to_list()]
        return pl.Series(
            breaker.attribute.id, values, dtype=_NATIVE.get(breaker.attribute.kind, pl.String) if _keeps_days(breaker) else pl.String
        )


_NATIVE = {Kind.NUMBER: pl.Float64, Kind.INTEGER: pl.Int64, Kind.FLAG: pl.Boolean, Kind.DATE: pl.Date}


def _keeps_days(breaker: Breaker) -> bool:
    return breaker.attribute.kind is not Kind.DATE or breaker.attribute.type.precision is Precision.DAY


def _native(type_: ValueType, value: float) -> Value | float:
    """Return a value of a type that a column holds as a number."""
    match type_.kind:
        case Kind.SCALE:
            return type_.options[int(value)]
        case Kind.DATE:
            day = day_of(int(value))
            return day if type_.precision is Precision.DAY else show_date(day, type_.precision)
        case Kind.FLAG:
            return bool(value)
        case Kind.INTEGER:
            return int(value)
        case _:
            return value


def _asked(frame: pl.DataFrame) -> list[bool]:
    """Return of whom there is anything to ask: what the pack has no answer to, no answer changes."""
    return [bool(questions) for questions in frame[QUESTIONS].to_list()]

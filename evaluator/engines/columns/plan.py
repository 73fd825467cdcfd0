"""The plan of a pack: facts → derived attributes → criteria → tallies and verdicts → standings and moves, stage by stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol, Self, TypeVar, cast

import attrs
import narwhals as nw

from evaluator.core.attributes import Attribute
from evaluator.core.enums import MoveKind
from evaluator.core.model import Criterion, Move, Pack, Role
from evaluator.core.ready_for import flag_of
from evaluator.core.tally import MOST_WEIGHT, cap_rank, whole_weight
from evaluator.core.values import NUMERIC
from evaluator.engines.columns import language as x
from evaluator.engines.columns.bounds import BoundsMaker, Hull
from evaluator.engines.columns.derived import Columns, DerivedColumn, Maker, kind_of
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.tallies import (
    MET_WEIGHT,
    SCORE,
    WEIGHT,
    Completed,
    Stored,
    Tallies,
    completed,
    counts_read,
    lifted,
)
from evaluator.engines.columns.truths import (
    Truths,
    any_of,
    column,
    encoded,
    high_column,
    in_part_column,
    low_column,
    member_column,
    parts_column,
    parts_of,
    rounded_column,
)
from evaluator.engines.columns.verdicts import capped, verdict
from evaluator.engines.rule_layers import EngineProblem


class Frame(Protocol):
    """A frame in whichever words are spoken; lazy, since Polars' eager frames stumble over columns that are all one value."""

    def select(self, *columns: Any) -> Self:  # noqa: ANN401 - an expression in the frame's own words
        """Return a frame of columns alone."""

    def with_columns(self, *columns: Any) -> Self:  # noqa: ANN401 - as above
        """Return the frame with more columns, or other ones in their place."""

    def drop(self, *names: str) -> Self:
        """Return the frame without some columns."""

    def collect_schema(self) -> Any:  # noqa: ANN401 - the module's own
        """Return the names of the columns, and their types."""


FrameT = TypeVar("FrameT", bound=Frame)
ROLE = "role"
JUDGED_FOR = "judged_for"
"""The place, among the judged roles, of the one that a column of the table names for a person."""
"""The column that holds the place of today's role among the pack's roles."""
DOUBT = "doubt"
_STEPS = 1 << 20
"""Scores are ranked in steps of this where weights add up to less than a thousand: two different ones lie further apart."""
_LIGHT = 1000
_FINE = 1 << 31
"""Otherwise they are ranked in the square of so many steps, by keys of their own."""
_KEYS = 3
"""So many keys rank a role then: its verdicts, the worse score and the better one."""
_PLACES = 64
_MOST_MOVES = 1024
"""The room that a key has for moves."""
_LETTERS = {MET_WEIGHT: "m", WEIGHT: "w"}


def held(criterion: Criterion) -> str:
    """Name the column of a criterion's truth."""
    return f"c.{criterion.key}"


def applying(criterion: Criterion) -> str:
    """Name the column of the truth of a criterion's `applies_when`."""
    return f"p.{criterion.key}"


def side(role: Role, what: str, which: str) -> str:
    """Name a column of a role: its verdict `v`, met weight `m` or weight `w` on the worse or better side."""
    return f"{what}.{role.id}.{which}"


@attrs.frozen(kw_only=True)
class Plan:
    """A pack compiled to expressions; each stage takes a frame and returns it with more columns.

    `computed` are the derived attributes that are worked out, each after those it reads; `hulls` are the least and the greatest that
    those with columns of bounds can be, and of those in `unbounded` no bounds decide anything.
    """

    pack: Pack
    truths: Truths
    computed: tuple[Attribute, ...]
    hulls: Mapping[str, Hull] = attrs.field(factory=dict)
    unbounded: frozenset[str] = frozenset()

    def derive(self, frame: FrameT) -> FrameT:
        """Add what is assumed and what is computed, each after what it reads, and where rounding could have decided."""
        if assumed := self._assumed():
            frame = frame.with_columns(*assumed)
        for attribute in self.computed:
            if attribute.derivation is None:
                continue
            if attribute.derivation.expression.gathers:
                frame = self._known_in_part(frame, attribute, {})
                continue
            inside = Columns(attribute=attribute.id)
            derived_column = Maker(truths=self.truths, wanted=attribute.type, columns=inside).make(attribute.derivation.expression)
            for _, level in sorted(inside.levels.items()):
                frame = frame.with_columns(*level)
            doubt = x.col(DOUBT) | any_of(derived_column.doubts)
            stated = x.col(column(attribute.id))
            found = [
                x.first_known(stated, x.cast(derived_column.value, kind_of(attribute.type))).alias(column(attribute.id)),
                doubt.alias(DOUBT),
            ]
            if attribute.id in self.truths.inexact:
                computed = x.nothing(Of.FLOAT) if derived_column.parts is None else derived_column.parts
                found.append(x.when(stated.is_null()).then(computed).otherwise(parts_of(stated)).alias(parts_column(attribute.id)))
            if attribute.id in self.truths.stated:
                found.append(stated.is_null().alias(rounded_column(attribute.id)))
            frame = self._known_in_part(frame.with_columns(*found), attribute, inside.made)
            frame = frame.drop(*inside.names) if inside.names else frame
        return self._readiness(frame)

    def _readiness(self, frame: FrameT) -> FrameT:
        """Add who is ready for each role that conditions ask it of: each after those that its own verdict waits for."""
        for judged in self.pack.ready_order:
            name = flag_of(judged.id)  # its columns are not those of the role's own verdict, which may be there already
            role = attrs.evolve(judged, id=name, criteria=tuple(attrs.evolve(criterion, role=name) for criterion in judged.criteria))
            alone = attrs.evolve(self, pack=attrs.evolve(self.pack, roles={role.id: role}, moves=()))
            frame = alone.verdicts(alone.criteria(frame))
            low, high = (x.col(side(role, "v", which)) == 0 for which in ("low", "high"))
            ready = x.when(low & high).then(x.lit(True)).when(~high).then(x.lit(False)).otherwise(x.nothing(Of.TRUTH))  # noqa: FBT003
            made = [held(criterion) for criterion in role.criteria]
            made += [applying(criterion) for criterion in role.criteria if criterion.applies_when is not None]
            made += [side(role, what, which) for what in "vmw" for which in ("low", "high")]
            frame = frame.with_columns(ready.alias(column(name))).drop(*made)
        return frame

    def _known_in_part(self, frame: FrameT, attribute: Attribute, made: Mapping[int, DerivedColumn]) -> FrameT:
        """Add the bounds of a computed attribute; where no column can hold them, rows are in doubt, and the reference is asked."""
        if self.pack.language == 1 or attribute.derivation is None or attribute.id in self.unbounded:
            return frame
        if attribute.id not in self.hulls:
            doubts = attrs.evolve(self.bounds, made=made).doubts(attribute.id)
            return frame.with_columns((x.col(DOUBT) | any_of(doubts)).alias(DOUBT)) if doubts else frame
        value, expression = x.col(column(attribute.id)), attribute.derivation.expression
        whole = DerivedColumn(value=value.cast(x.type_of(Of.FLOAT)), rounded=self.truths.rounded(attribute.id))
        stands = made if attribute.may_be_given else {**made, id(expression): whole}
        ends = attrs.evolve(self.bounds, made=stands).make(expression)
        unknown = value.is_null()
        part = unknown if ends.there is None else unknown & ends.there.fill_null(value=False)
        low, high = (
            x.when(part).then(end).otherwise(value.cast(x.type_of(Of.FLOAT))).alias(name(attribute.id))
            for end, name in ((ends.low, low_column), (ends.high, high_column))
        )
        in_doubt = [(x.col(DOUBT) | any_of(ends.doubts)).alias(DOUBT)] if ends.doubts else []
        return frame.with_columns(low, high, part.alias(in_part_column(attribute.id)), *in_doubt)

    @property
    def bounds(self) -> BoundsMaker:
        """What makes the bounds of computed attributes."""
        return BoundsMaker(truths=self.truths, attributes=self.pack.attributes, ranges=self.pack.answer_ranges, hulls=self.hulls)

    def _assumed(self) -> list[nw.Expr]:
        result: list[nw.Expr] = []
        for attribute in self.pack.attributes.values():
            default = attribute.absent_means
            name = column(attribute.id)
            if isinstance(default, frozenset):
                missing = x.col(name).is_null()
                for index, option in enumerate(attribute.type.options):
                    member = x.col(member_column(attribute.id, index))
                    result.append(
                        x.when(missing).then(x.lit(option in default)).otherwise(member).alias(member_column(attribute.id, index))
                    )
                result.append(x.col(name).fill_null(value=True).alias(name))
            elif default is not None:
                result.append(x.col(name).fill_null(encoded(attribute.type, default)).alias(name))
        return result

    def criteria(self, frame: FrameT) -> FrameT:
        """Add the truth of every criterion, and of what says whether it applies."""
        conditions = [(held(criterion), criterion.when) for criterion in self._criteria()]
        conditions += [
            (applying(criterion), criterion.applies_when) for criterion in self._criteria() if criterion.applies_when is not None
        ]
        doubts = [doubt for _, condition in conditions for doubt in self.truths.doubts(condition)]
        doubts += [doubt for move in self.pack.moves if move.when is not None for doubt in self.truths.doubts(move.when)]
        if self.hulls:
            almost = [criterion.almost for criterion in self._criteria() if criterion.almost is not None]
            doubts += [doubt for condition in almost for doubt in self.truths.doubts(condition)]
        frame = frame.with_columns(*(self.truths.of(condition).alias(name) for name, condition in conditions))
        return frame.with_columns((x.col(DOUBT) | any_of(doubts)).alias(DOUBT)) if doubts else frame

    def _criteria(self) -> Iterable[Criterion]:
        return (criterion for role in self.pack.judged_roles for criterion in role.criteria)

    def completed(self, criterion: Criterion, *, unknown_as_met: bool) -> Completed:
        """Complete a criterion on one side of what is unknown."""
        applies = None if criterion.applies_when is None else x.col(applying(criterion))
        return completed(criterion, x.col(held(criterion)), applies, unknown_as_met=unknown_as_met)

    def tallies(self, role: Role, *, unknown_as_met: bool) -> Tallies:
        """Return a role's tally on one side of what is unknown."""
        return Tallies(criteria=[self.completed(criterion, unknown_as_met=unknown_as_met) for criterion in role.criteria])

    def caps(self, role: Role, *, unknown_as_met: bool) -> list[tuple[int, Completed]]:
        """Return the criteria of a role that cap, each with the place of the verdict at which it does."""
        return [
            (cap_rank(criterion, self.pack.verdicts_of(role)), self.completed(criterion, unknown_as_met=unknown_as_met))
            for criterion in role.criteria
            if criterion.caps_at is not None
        ]

    def verdicts(self, frame: FrameT) -> FrameT:
        """Add every role's verdict, met weight and weight on both sides; what verdicts count is counted before, once."""
        counts: dict[str, nw.Expr] = {}
        found: list[nw.Expr] = []
        weights: list[str] = []
        reads = {track: [name for name in counts_read(bands) if name != SCORE] for track, bands in self.pack.scales_of_verdicts.items()}
        for role in self.pack.judged_roles:
            bands, read = self.pack.bands_of(role), reads[self.pack.scale_of(role)]
            for which, unknown_as_met in (("low", False), ("high", True)):
                tallies = self.tallies(role, unknown_as_met=unknown_as_met)
                names = {name: side(role, _LETTERS.get(name, name), which) for name in (MET_WEIGHT, WEIGHT, *read)}
                weights += [names[MET_WEIGHT], names[WEIGHT]]
                made = {MET_WEIGHT: tallies.met_weight, WEIGHT: tallies.weight} | {name: tallies.ratio(name).upper for name in read}
                counts |= {names[name]: lifted(number) for name, number in made.items()}
                stored = Stored(tallies=tallies, column=names.__getitem__)
                given = verdict(bands, stored)
                caps = self.caps(role, unknown_as_met=unknown_as_met)
                found.append(x.cast(capped(given, [(rank, one.unmet) for rank, one in caps]), Of.TINY).alias(side(role, "v", which)))
        counted = frame.with_columns(*(number.alias(name) for name, number in counts.items()))
        return counted.with_columns(*found).drop(*(name for name in counts if name not in weights))

    def standings(self, frame: FrameT) -> FrameT:
        """Add, for each role, whether it is the standing of its track, and whether it lies above it and may be ready."""
        tops: dict[str, nw.Expr] = {}
        found: list[nw.Expr] = []
        for track, roles in self.pack.standing_roles.items():
            places = {rung: index for index, rung in enumerate(sorted({role.rung for role in roles}))}
            cumulative = track in self.pack.cumulative_tracks
            for which in ("low", "high") if cumulative else ("low",):
                tops[_top(track, which)] = _reached(roles, places, which, cumulative=cumulative)
            for role in roles:
                ready, maybe = (x.col(side(role, "v", which)) == 0 for which in ("low", "high"))
                height, top = places[role.rung], x.col(_top(track, "low"))
                above = (top < height) & ((x.col(_top(track, "high")) >= height) if cumulative else ~ready)
                found.append((ready & (top == height)).alias(f"standing.{role.id}"))
                found.append((maybe & above).alias(f"perhaps.{role.id}"))
        nothing = [what for role in self.pack.judged_roles if role.interim for what in (f"standing.{role.id}", f"perhaps.{role.id}")]
        found += [x.lit(False).alias(name) for name in nothing]  # noqa: FBT003 - an interim role never is
        frame = frame.with_columns(*(top.alias(name) for name, top in tops.items())) if tops else frame
        return frame.with_columns(*found).drop(*tops) if tops else frame.with_columns(*found)

    def moves(self, frame: FrameT) -> FrameT:
        """Add, for each move, whether it is open, and for those to judged roles the key by which they rank: the lowest is first."""
        origins = {role: index for index, role in enumerate(self.pack.roles)}
        today = x.col(role_today(self.pack))
        opened = [(today == origins[move.origin]).fill_null(value=False) & self._not_closed(move) for move in self.pack.moves]
        if not opened:
            return frame
        frame = frame.with_columns(*(expression.alias(f"open.{index}") for index, expression in enumerate(opened)))
        led = dict.fromkeys(move.to for _, move in self.judged_moves())
        if not led:
            return frame
        ranks = {to: self._ranks(self.pack.roles[to]) for to in led}
        frame = frame.with_columns(*(rank.alias(_rank(to, number)) for to, found in ranks.items() for number, rank in enumerate(found)))
        keys = [
            x.when(x.col(f"open.{index}")).then(self._key(index, move, number)).otherwise(x.nothing(Of.WHOLE)).alias(_key(index, number))
            for index, move in self.judged_moves()
            for number in range(len(ranks[move.to]))
        ]
        return frame.with_columns(*keys).drop(*(_rank(to, number) for to, rank in ranks.items() for number in range(len(rank))))

    def _key(self, index: int, move: Move, number: int) -> nw.Expr:
        """Return a key of a move: that of the role it leads to, with what sets this move apart at the end of the first one."""
        rank: nw.Expr = x.col(_rank(move.to, number))
        if number:
            return rank
        return rank + index if self._light else rank * _MOST_MOVES + self._heights[index]

    @cached_property
    def _heights(self) -> Mapping[int, int]:
        """The place of each move by its height on the way up, the highest first."""
        heights = sorted({self.pack.height(move) for move in self.pack.moves}, reverse=True)
        return {index: heights.index(self.pack.height(move)) for index, move in enumerate(self.pack.moves)}

    @cached_property
    def _turns(self) -> Mapping[int, int]:
        """The turn of each move among moves that are equal in all else."""
        return {index: turn for turn, index in enumerate(self.pack.moves_in_order)}

    def judged_moves(self) -> list[tuple[int, Move]]:
        """Return the moves that can lead to a next role, with their places: to a role that is judged, and no demotion."""
        onward = [(index, move) for index, move in enumerate(self.pack.moves) if move.kind is not MoveKind.DEMOTION]
        return [(index, move) for index, move in onward if self.pack.roles[move.to].judged]

    def _not_closed(self, move: Move) -> nw.Expr:
        return x.lit(True) if move.when is None else self.truths.of(move.when).fill_null(value=True)  # noqa: FBT003 - always open

    @cached_property
    def _light(self) -> bool:
        """Whether all that orders moves has room in one key: verdicts, scores and the place of a move, which is all of it in edition 1."""
        by_file = not any(self._heights.values()) and self.pack.moves_in_order == tuple(range(len(self.pack.moves)))
        return by_file and all(whole_weight(self.pack.roles[move.to].criteria) < _LIGHT for _, move in self.judged_moves())

    def _ranks(self, role: Role) -> list[nw.Expr]:
        """Return the keys by which a role ranks: the lowest first, and where it is equal the next one decides."""
        low, high = x.col(side(role, "v", "low")).cast(x.type_of(Of.WHOLE)), x.col(side(role, "v", "high")).cast(x.type_of(Of.WHOLE))
        worse, better = self._score_rank(role, "low"), self._score_rank(role, "high")
        verdicts = low * _PLACES + high
        return [((verdicts * (_STEPS + 1) + worse) * (_STEPS + 1) + better) * _MOST_MOVES] if self._light else [verdicts, worse, better]

    def _score_rank(self, role: Role, which: str) -> nw.Expr:
        always = self.tallies(role, unknown_as_met=False).weight
        met, weight = x.col(side(role, "m", which)).cast(x.type_of(Of.WHOLE)), x.col(side(role, "w", which)).cast(x.type_of(Of.WHOLE))
        whole = always if isinstance(always, int) else weight
        if self._light:
            return _STEPS - (met * _STEPS) // whole
        first = (met * _FINE) // whole
        return (_FINE - first) * _FINE - ((met * _FINE - first * whole) * _FINE) // whole

    def before(self, other: int, index: int) -> nw.Expr:
        """Return where the move at one place ranks before that at another; null where one of the two is not open."""
        if self._light:
            return x.col(_key(other)) < x.col(_key(index))
        result: Any = x.lit(self._turns[other] < self._turns[index])
        for number in reversed(range(_KEYS)):
            mine, theirs = x.col(_key(other, number)), x.col(_key(index, number))
            result = (mine < theirs) | ((mine == theirs) & result)
        return cast("nw.Expr", result)

    def best(self, frame: FrameT) -> FrameT:
        """Add the place of the best next move, or nothing."""
        places = [index for index, _ in self.judged_moves()]
        if not places:
            return frame.with_columns(x.nothing(Of.SMALL).alias("next"))
        if self._light:
            best = x.least(*(x.col(_key(index)) for index in places)) % _MOST_MOVES
            return frame.with_columns(best.cast(x.type_of(Of.SMALL)).alias("next"))
        return self._narrowed_to_best(frame, places)

    def _narrowed_to_best(self, frame: FrameT, places: Sequence[int]) -> FrameT:
        """Add the same where scores are too fine for one key: by each key in turn, of the moves that are level by those before."""
        left = {index: f"left.{index}" for index in places}
        frame = frame.with_columns(*(x.col(_key(index)).alias(name) for index, name in left.items()))
        for number in range(1, _KEYS + 1):
            frame = frame.with_columns(x.least(*map(x.col, left.values())).alias("left"))
            nexts = {index: x.col(_key(index, number)) if number < _KEYS else x.lit(self._turns[index], Of.WHOLE) for index in places}
            level = {index: x.when(x.col(name) == x.col("left")) for index, name in left.items()}
            frame = frame.with_columns(
                *(level[index].then(nexts[index]).otherwise(x.nothing(Of.WHOLE)).alias(left[index]) for index in places)
            )
        frame = frame.with_columns(x.least(*map(x.col, left.values())).alias("left"))
        turns = [(turn, x.lit(index, Of.WHOLE)) for turn, index in sorted((self._turns[index], index) for index in places)]
        best = x.chosen(x.col("left"), turns, x.nothing(Of.WHOLE))
        return frame.with_columns(best.cast(x.type_of(Of.SMALL)).alias("next")).drop("left", *left.values())

    def run(self, frame: FrameT) -> FrameT:
        """Run every stage."""
        return self.best(self.moves(self.standings(self.verdicts(self.criteria(self.derive(frame))))))


def role_today(pack: Pack) -> str:
    """Name the column that holds the place of the role that people hold today, also where it is the entry role that nobody states."""
    return column(ROLE) if ROLE in pack.attributes else ROLE


def plan(pack: Pack, *, everything: bool = False) -> Plan:
    """Compile a pack; raises EngineProblem where it is beyond what columns can hold.

    Only what rules read is worked out of the derived attributes, unless conditions from elsewhere are to be asked of `everything`.
    """
    if any(len(bands) > _PLACES for bands in pack.scales_of_verdicts.values()) or len(pack.moves) > _MOST_MOVES:
        raise EngineProblem("the pack has too many verdicts or moves for the columns engine", "use --engine inference")
    for role in pack.judged_roles:
        if whole_weight(role.criteria) > MOST_WEIGHT:
            raise EngineProblem(
                f"the weights of `{role.id}` have too many digits for the columns engine",
                "round them, or use --engine inference",
                role.span,
            )
    types = {name: attribute.type for name, attribute in pack.attributes.items()}
    inexact: set[str] = set()
    computed = tuple(
        derived_attribute for derived_attribute in pack.derived_attributes if everything or derived_attribute.id in pack.read_by_rules
    )
    for attribute in computed:
        if attribute.derivation is not None and not attribute.derivation.expression.gathers:
            maker = Maker(truths=Truths(types=types, inexact=frozenset(inexact)), wanted=attribute.type)
            if maker.make(attribute.derivation.expression).rounded is not None and attribute.kind in NUMERIC:
                inexact.add(attribute.id)
    stated = frozenset(name for name in inexact if pack.attributes[name].may_be_given)
    made = Plan(pack=pack, truths=Truths(types=types, inexact=frozenset(inexact), stated=stated), computed=computed)
    if pack.language == 1:
        return made
    if not everything:  # the rules of the pack are all that is asked
        unbounded = frozenset(attribute.id for attribute in computed if made.bounds.decides_nothing(attribute.id, pack.conditions))
        made = attrs.evolve(made, unbounded=unbounded)
    return _with_bounds(made)


def _of_numbers(attribute: Attribute) -> bool:
    """Whether an attribute is a number that is computed from what columns hold."""
    return attribute.kind in NUMERIC and attribute.derivation is not None and not attribute.derivation.expression.gathers


def _with_bounds(made: Plan) -> Plan:
    """Return a plan with the computed numbers whose bounds columns can hold, each worked out after those that it reads."""
    for attribute in made.computed:
        if attribute.derivation is None or not _of_numbers(attribute) or attribute.id in made.unbounded:
            continue
        if made.bounds.may_be_in_part(attribute.id) is None:
            continue
        ends = made.bounds.make(attribute.derivation.expression)
        if not ends.value_only:
            certain = {attribute.id} if ends.certain else set()
            truths = attrs.evolve(
                made.truths,
                bounded=frozenset({*made.truths.bounded, attribute.id}),
                certain_bounds=frozenset({*made.truths.certain_bounds, *certain}),
            )
            made = attrs.evolve(made, truths=truths, hulls={**made.hulls, attribute.id: (ends.least, ends.most)})
    return made


def _top(track: str, which: str) -> str:
    """Name the column of the highest rung of a track that is ready on a side, as its place among the rungs; -1 where none is."""
    return f"top.{track}.{which}"


def _reached(roles: Sequence[Role], places: Mapping[int, int], which: str, *, cumulative: bool) -> nw.Expr:
    """Return the place of the highest rung that is ready on a side, of a cumulative track the last below one that is not; else -1."""
    ready = {role.id: x.col(side(role, "v", which)) == 0 for role in roles}
    if not cumulative:
        return _greatest([x.when(ready[role.id]).then(x.lit(places[role.rung])).otherwise(x.lit(-1)) for role in roles])
    peers = {place: [ready[role.id] for role in roles if places[role.rung] == place] for place in places.values()}
    ends = [x.when(any_of(some)).then(x.lit(len(peers) - 1)).otherwise(x.lit(place - 1)) for place, some in peers.items()]
    return x.least(*ends) if len(ends) > 1 else ends[0]


def _greatest(parts: list[nw.Expr]) -> nw.Expr:
    return x.greatest(*parts) if len(parts) > 1 else parts[0]


def _rank(role: str, number: int) -> str:
    return f"led.{role}.{number}"


def _key(index: int, number: int = 0) -> str:
    return f"key.{index}.{number}" if number else f"key.{index}"

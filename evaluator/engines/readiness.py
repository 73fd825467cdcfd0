"""A pack and a profile in, an evaluation out: criteria, then verdicts, then moves."""

from __future__ import annotations

import datetime
import functools
import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction

import attrs

from evaluator._version import __version__
from evaluator.core.answers import answers_to
from evaluator.core.bounds import with_also
from evaluator.core.conditions import attributes_read
from evaluator.core.enums import MoveKind
from evaluator.core.facts import Completed, complete
from evaluator.core.fingerprint import profile_hash
from evaluator.core.gaps import gaps, with_undefined
from evaluator.core.model import ROLE, Band, Criterion, Move, Pack, Profile, Role
from evaluator.core.questions import best_answered, questions, undefined_values
from evaluator.core.results import (
    CriterionResult,
    Evaluation,
    Fired,
    Gap,
    NextRole,
    Provenance,
    Question,
    RoleResult,
    Score,
    Standing,
    State,
    UndefinedValue,
    Verdict,
)
from evaluator.core.tally import capped, caps_of, holding, tally
from evaluator.core.unknowns import NO_CAUSE, Unknowns, computations
from evaluator.core.values import Facts, Value
from evaluator.engines.installed import default_engine
from evaluator.engines.reference import ReferenceEngine
from evaluator.engines.rule_layers import CRITERIA, MOVES, THE_MOVE, VERDICTS, Engine, EngineProblem, Judgement, applies_key, verdict_layer


def _inference(pack: Pack) -> Engine:
    from evaluator.engines.inference.engine import InferenceEngine

    return InferenceEngine(pack)


ENGINES: Mapping[str, Callable[[Pack], Engine]] = {"inference": _inference, "reference": ReferenceEngine}
_DAYS = 32
"""So many days are remembered with the answers that are worth trying on them."""
_TALLIES = 1 << 14
"""So many tallies are remembered with their verdict."""


@attrs.frozen(kw_only=True)
class _Explaining:
    """Works out gaps and questions from facts, by what a pack says of attributes and verdicts."""

    unknowns: Unknowns
    bands: Sequence[Band] = attrs.field(eq=False)

    def gaps(self, criteria: tuple[CriterionResult, ...]) -> tuple[Gap, ...]:
        found = gaps(criteria, self.unknowns.facts, self.unknowns.attributes, [band.verdict for band in self.bands])
        return tuple(with_undefined(gap, self.unknowns) for gap in found)

    def questions(self, criteria: tuple[CriterionResult, ...], verdict: Verdict) -> tuple[Question, ...]:
        return questions(criteria, verdict, self.unknowns, self.bands)

    def undefined(self, criteria: tuple[CriterionResult, ...]) -> tuple[UndefinedValue, ...]:
        return undefined_values(criteria, self.unknowns)

    def best_answered(self, criteria: tuple[CriterionResult, ...]) -> tuple[CriterionResult, ...]:
        return best_answered(criteria, self.unknowns)


@attrs.frozen(kw_only=True, eq=False)
class _Scale:
    """The verdicts that roles are judged by: those of a track or the pack's own, with the layer they make and the counts that they read."""

    bands: tuple[Band, ...]
    layer: str
    verdicts: tuple[str, ...]
    counts: tuple[str, ...]

    @classmethod
    def of(cls, bands: tuple[Band, ...], track: str | None) -> _Scale:
        """Return the verdicts of bands."""
        counts = attributes_read(band.when for band in bands if band.when is not None)
        return cls(bands=bands, layer=verdict_layer(track), verdicts=tuple(band.verdict for band in bands), counts=tuple(counts))


class Evaluator:
    """A pack made ready to run on an engine; evaluates profile after profile."""

    def __init__(self, pack: Pack, *, engine: str | None = None) -> None:
        """Compile the pack for the engine of that name, or the default one; raises EngineProblem where it is missing or cannot take it."""
        engine = engine or default_engine()
        if engine not in ENGINES:
            raise EngineProblem(f"there is no engine called `{engine}`", f"use one of {', '.join(ENGINES)}")
        self.pack = pack
        self.engine = ENGINES[engine](pack)
        self._scales = {track: _Scale.of(bands, track) for track, bands in pack.declared_bands.items()}
        self._computations = tuple(computations(pack.attributes))
        self._capped_roles = frozenset(role.id for role in pack.judged_roles if any(criterion.caps_at for criterion in role.criteria))
        self._answers = functools.lru_cache(maxsize=_DAYS)(functools.partial(answers_to, pack))
        self._by_counts = functools.lru_cache(maxsize=_TALLIES)(self._judge_counts)

    def __repr__(self) -> str:
        return f"Evaluator({self.pack!r}, engine={self.engine.name!r})"

    def evaluate(self, profile: Profile, *, as_of: datetime.date | None = None, only: Collection[str] | None = None) -> Evaluation:
        """Return all that the pack says of a profile at a date: the one given, else the profile's own.

        With `only`, no more than the roles of those ids are judged: standings and next roles then know of no others.
        Raises ValueError without a date, or where the pack lacks today's role, and TypeError where `as_of` is no date.
        """
        date = as_of or profile.as_of
        if date is None:
            raise ValueError("an evaluation needs an as-of date: pass as_of, or state it in the profile")
        if not isinstance(date, datetime.date):
            raise TypeError(f"as_of has to be a datetime.date, and this is {date!r}")
        if profile.role is not None and profile.role not in self.pack.roles:
            raise ValueError(f"the pack has no role called {profile.role!r}: use its id")
        known = complete(self.pack, profile, date)
        fired: list[Fired] = []
        roles = [role for role in self.pack.judged_roles if only is None or role.id in only]
        unknowns = Unknowns(
            facts=known.facts,
            attributes=self.pack.attributes,
            as_of=date,
            answers=self._answers(date),
            roles=self.pack.roles,
            computations=self._computations,
        )
        results = self._roles(roles, known, unknowns, fired)
        held = known.facts.get(ROLE) if ROLE in self.pack.attributes else profile.role
        role = None if held is None else self.pack.roles[str(held)]
        moves = self._moves(role, unknowns, results, fired)
        onward = [move for move in moves if move.move.kind is not MoveKind.DEMOTION]
        return Evaluation(
            profile=profile,
            role=role,
            facts=known.facts,
            assumed=known.assumed,
            roles=results,
            standings=standings(self.pack, results),
            next_roles=tuple(sorted((move for move in onward if move.result), key=self._rank)),
            beyond=tuple(move for move in onward if move.result is None),
            demotions=tuple(move for move in moves if move.move.kind is MoveKind.DEMOTION),
            closed=self._closed(role, moves),
            fired=tuple(fired),
            provenance=self._provenance(profile, date),
        )

    def _roles(self, roles: Sequence[Role], known: Completed, unknowns: Unknowns, fired: list[Fired]) -> dict[str, RoleResult]:
        keys = [key for role in roles for criterion in role.criteria for key in _keys(criterion)]
        judged = self.engine.judge(CRITERIA, known.facts, keys)
        fired.extend(judged.fired)
        role_results: dict[str, RoleResult] = {}
        for role in roles:
            criteria = tuple(
                CriterionResult(
                    criterion=criterion,
                    applies=True if criterion.applies_when is None else judged.truths[applies_key(criterion.key)],
                    held=judged.truths[criterion.key],
                    assumed=self._assumed(criterion, known) if known.assumed else (),
                )
                for criterion in role.criteria
            )
            role_results[role.id] = self._role(role, criteria, unknowns, fired)
        return role_results

    @staticmethod
    def _assumed(criterion: Criterion, known: Completed) -> tuple[str, ...]:
        return tuple(name for name in criterion.attributes_read if name in known.assumed)

    def _role(self, role: Role, criteria: tuple[CriterionResult, ...], unknowns: Unknowns, fired: list[Fired]) -> RoleResult:
        low = tally(criteria, unknown_as_met=False)
        high = tally(criteria, unknown_as_met=True) if any(criterion.state is State.UNKNOWN for criterion in criteria) else low
        scale = self._scales[self.pack.scale_of(role)]
        sides = {
            side: self._by_counts(scale, *(counts[name] for name in scale.counts)) for side, counts in (("worse", low), ("better", high))
        }
        given = [_verdict(scale, judgement, f"{role.id}, {side} side", fired) for side, judgement in sides.items()]
        held_by: tuple[CriterionResult, ...] = ()
        verdict = Verdict(low=given[0], high=given[1])
        if role.id in self._capped_roles:
            low_side, high_side = (
                capped(found, caps_of(criteria, unknown_as_met=side), scale.bands) for found, side in zip(given, (False, True), strict=True)
            )
            verdict = Verdict(low=low_side, high=high_side)
            held_by = holding(criteria, given, verdict, scale.verdicts)
        return RoleResult(
            role=role,
            verdict=verdict,
            score=Score(low=_fraction(low), high=_fraction(high)),
            tally=low,
            held_by=held_by,
            criteria=criteria,
            explaining=_Explaining(unknowns=unknowns, bands=scale.bands),
        )

    def _judge_counts(self, scale: _Scale, *counts: Value) -> Judgement:
        """Judge what verdicts read of a tally: few tallies differ in that."""
        return self.engine.judge(scale.layer, dict(zip(scale.counts, counts, strict=True)), scale.verdicts)

    def _moves(self, role: Role | None, unknowns: Unknowns, results: Mapping[str, RoleResult], fired: list[Fired]) -> list[NextRole]:
        next_roles: list[NextRole] = []
        for move in () if role is None else self.pack.moves_from(role.id):
            judged = self.engine.judge(MOVES, with_also(unknowns.facts, {THE_MOVE: move.key}), [move.key])
            fired.extend(judged.fired)
            holds = judged.truths[move.key]
            if holds is not False:
                cause = NO_CAUSE if move.when is None else unknowns.condition(move.when)
                next_roles.append(
                    NextRole(
                        move=move,
                        role=self.pack.roles[move.to],
                        result=results.get(move.to),
                        holds=holds,
                        asks=cause.asks,
                        undefined=cause.undefined,
                    )
                )
        return next_roles

    def _rank(self, move: NextRole) -> tuple[int, int, int, Fraction, Fraction, float]:
        """Return what orders next roles: the verdict, the height on the way up, the score, the role's `order`; then the file decides.

        The best verdict of every list is the first; of others it is their place in their own list that counts.
        """
        if move.result is None:
            raise ValueError("a destination has no rank")
        place = self.pack.verdicts_of(move.role).index
        verdict, score = move.result.verdict, move.result.score
        height, (order, _) = self.pack.height(move.move), move.role.among_peers
        return (place(verdict.low), place(verdict.high), -height, -score.low, -score.high, order)

    def _closed(self, role: Role | None, open_moves: Iterable[NextRole]) -> tuple[Move, ...]:
        still_open = {open_move.move.key for open_move in open_moves}
        return () if role is None else tuple(move for move in self.pack.moves_from(role.id) if move.key not in still_open)

    def _provenance(self, profile: Profile, as_of: datetime.date) -> Provenance:
        return Provenance(
            pack=self.pack.name,
            pack_version=self.pack.version,
            pack_hash=self.pack.content_hash,
            profile_hash=profile_hash(profile),
            as_of=as_of,
            tool_version=__version__,
            engine=self.engine.name,
        )


def evaluate(pack: Pack, profile: Profile, *, as_of: datetime.date | None = None, engine: str | None = None) -> Evaluation:
    """Evaluate one profile; for more than one, make an Evaluator and keep it."""
    return Evaluator(pack, engine=engine).evaluate(profile, as_of=as_of)


def standings(pack: Pack, results: Mapping[str, RoleResult]) -> tuple[Standing, ...]:
    """Return, for each track with roles that can be a standing, the highest that are ready, and those above that may be.

    On a cumulative track the walk up ends below the first rung with no role that is ready; on the better side, that may not be.
    """
    found: list[Standing] = []
    for track, roles in pack.standing_roles.items():
        if all(role.id not in results for role in roles):
            continue
        ready = {role.id for role in roles if role.id in results and results[role.id].verdict.low == pack.best_of(role)}
        maybe = {role.id for role in roles if role.id not in results or results[role.id].verdict.high == pack.best_of(role)}
        top, highest = (_top(roles, sure, cumulative=track in pack.cumulative_tracks) for sure in (ready, maybe))
        above = [role for role in roles if role.id in maybe and role.id in results and top < role.rung <= highest]
        found.append(
            Standing(
                track=track,
                roles=tuple(role.id for role in roles if role.id in ready and role.rung == top),
                perhaps=tuple(role.id for role in above),
            )
        )
    return tuple(found)


def _top(roles: Iterable[Role], ready: Collection[str], *, cumulative: bool) -> int:
    """Return the rung that those roles reach who are ready, or one below all; on a cumulative track without a gap from below."""
    top = -1
    for rung, peers in itertools.groupby(roles, key=lambda role: role.rung):
        if any(role.id in ready for role in peers):
            top = rung
        elif cumulative:
            break
    return top


def _verdict(scale: _Scale, judged: Judgement, subject: str, fired: list[Fired]) -> str:
    fired.extend(Fired(layer=VERDICTS, key=rule.key, truth=rule.truth, span=rule.span, subject=subject) for rule in judged.fired)
    return next(verdict for verdict in scale.verdicts if judged.truths[verdict])


def _keys(criterion: Criterion) -> tuple[str, ...]:
    return (criterion.key,) if criterion.applies_when is None else (criterion.key, applies_key(criterion.key))


def _fraction(counts: Facts) -> Fraction:
    score = counts["score"]
    return score if isinstance(score, Fraction) else Fraction(0)

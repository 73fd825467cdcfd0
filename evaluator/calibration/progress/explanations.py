"""Through which criteria and which facts a verdict or a score changed, step by step, from the exact facts of each person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

import attrs

from evaluator.calibration.progress.analysis import PersonProgress, Progress, RoleProgress
from evaluator.calibration.progress.attribution import Cause, Mixture
from evaluator.core.attributes import Attribute
from evaluator.core.bounds import Bounds, known_in_part
from evaluator.core.comparable import differ
from evaluator.core.model import Criterion, Pack
from evaluator.core.results import CriterionResult, RoleResult, State, Verdict
from evaluator.core.values import Facts, Value
from evaluator.diagnostics.errors import Disagreement
from evaluator.engines.columns.decode import decoded
from evaluator.packs.changes.rules import matched
from evaluator.populations.result_codes import STEPS
from evaluator.report.sentences import condition_words, value_words

_COUNTED = ("required", "weight", "caps_at")


@attrs.frozen(kw_only=True)
class FactChange:
    """A fact that a criterion reads, or that such a one is computed from, and its values before and after; None is unknown.

    `old` and `new` are the attribute as each pack has it; one of them is None where only one pack does.
    """

    old: Attribute | None
    new: Attribute | None
    before: Value | Bounds | None
    after: Value | Bounds | None

    @property
    def attribute(self) -> Attribute:
        """The attribute, as it is now where it is still there."""
        found = self.new or self.old
        if found is None:
            raise ValueError(self)
        return found

    @property
    def words(self) -> tuple[str, str]:
        """Both values as people write them."""
        before, after = (value_words(one or self.attribute, value) for one, value in ((self.old, self.before), (self.new, self.after)))
        return before, after

    @property
    def differs(self) -> bool:
        """Whether the values are two."""
        return self.before != self.after if self.old is self.new else self.words[0] != self.words[1]


@attrs.frozen(kw_only=True)
class CriterionChange:
    """A criterion that came to another state by one cause, or counts otherwise; None stands for one that a pack does not have."""

    cause: Cause
    old: Criterion | None
    new: Criterion | None
    before: State | None
    after: State | None
    facts: tuple[FactChange, ...] = ()
    asks: tuple[str, str] | None = None
    """What it asked for and what it asks for, in words, where the new rules ask otherwise for the same criterion."""

    @property
    def criterion(self) -> Criterion:
        """The criterion, as it is now where it is still there."""
        found = self.new or self.old
        if found is None:
            raise ValueError(self)
        return found

    @property
    def asks_otherwise(self) -> bool:
        """Whether the new rules ask otherwise for it."""
        return self._differs("when", "applies_when")

    @property
    def counts_otherwise(self) -> bool:
        """Whether by the new rules it counts otherwise."""
        return self._differs(*_COUNTED)

    def _differs(self, *fields: str) -> bool:
        old, new = self.old, self.new
        return old is not None and new is not None and any(differ(getattr(old, field), getattr(new, field)) for field in fields)


@attrs.frozen(kw_only=True)
class _Seen:
    """A role's criteria for somebody in one mixture, by the id that they have now, and the facts behind them."""

    pack: Pack
    criteria: Mapping[str, CriterionResult]
    facts: Facts


@attrs.frozen(slots=False, kw_only=True)
class Explanations:
    """Explains changes of verdicts and scores, of many people at once; each is judged again by the reference engine."""

    progress: Progress

    def of(self, people: Iterable[PersonProgress]) -> Mapping[tuple[int, str], tuple[CriterionChange, ...]]:
        """Return what changed of the criteria of each role of people that changed, by their number and the role."""
        told = [(person.number, one) for person in people for one in person.roles if one.outcomes is not None]
        wanted: dict[Mixture, dict[int, dict[str, RoleProgress]]] = {}
        for number, one in told:
            for step in self._steps(one):
                for mixture in step[1:]:
                    wanted.setdefault(mixture, {}).setdefault(number, {})[one.role.id] = one
        seen: dict[tuple[Mixture, int, str], _Seen] = {}
        for mixture, asked in wanted.items():
            seen |= {(mixture, *key): found for key, found in self._seen(mixture, asked)}
        return {(number, one.role.id): tuple(self._changes(number, one, seen)) for number, one in told}

    def _steps(self, role: RoleProgress) -> list[tuple[Cause, Mixture, Mixture]]:
        """Return the steps by which the verdict or the score of a role changes."""
        whole = self.progress.mixtures.path
        outcomes = role.outcomes or ()
        steps = zip(self.progress.causes, whole, whole[1:], outcomes, outcomes[1:], strict=False)
        return [(cause, one, other) for cause, one, other, before, after in steps if None not in {before, after} and before != after]

    def _seen(self, mixture: Mixture, asked: Mapping[int, Mapping[str, RoleProgress]]) -> Iterator[tuple[tuple[int, str], _Seen]]:
        """Judge people again in a mixture, for some roles each; raises Disagreement where that is not what columns came to."""
        mixtures = self.progress.mixtures
        pack, index = mixtures.pack(mixture), mixtures.path.index(mixture)
        frame, known = mixtures.frame(mixture, list(asked))
        evaluator = mixtures.judge(pack).first
        for number, person in zip(known, decoded(pack, frame), strict=True):
            evaluation = evaluator.evaluate(person.profile, as_of=person.as_of, only=asked[number])
            for role, progress in asked[number].items():
                result = evaluation.roles[role]
                self._agree(result, progress, index, mixtures.ids[number], new_rules=Cause.RULES in mixture)
                criteria = {self._now(criterion.criterion): criterion for criterion in result.criteria}
                yield (number, role), _Seen(pack=pack, criteria=criteria, facts=evaluation.facts)

    def _agree(self, result: RoleResult, progress: RoleProgress, index: int, name: str, *, new_rules: bool) -> None:
        """Hold what the reference engine finds against what columns found."""
        expected = progress.outcomes[index] if progress.outcomes else None
        verdicts = self.progress.verdicts(progress.role.id)
        names = dict(zip(verdicts.given_before, verdicts.before, strict=True)) if not new_rules else {}
        verdict = Verdict(low=names.get(result.verdict.low, result.verdict.low), high=names.get(result.verdict.high, result.verdict.high))
        scores = [Fraction(score.numerator * STEPS // score.denominator, STEPS) for score in (result.score.low, result.score.high)]
        if expected is None or (verdict, *scores) != (expected.verdict, expected.score.low, expected.score.high):
            message = f"columns and reference do not judge the person `{name}` alike, so nothing was written"
            said = f"{progress.role.id}: reference says {verdict}, {result.score.low} to {result.score.high}; columns say {expected}"
            raise Disagreement(message, (said,))

    def _now(self, criterion: Criterion) -> str:
        """Return the id that a criterion has now, where it is still there."""
        return self._renamed.get((criterion.role, criterion.id), criterion.id)

    @cached_property
    def _renamed(self) -> Mapping[tuple[str, str], str]:
        pairs = (pair for role in matched(self.progress.old.pack, self.progress.new.pack) for pair in role.criteria)
        return {(old.role, old.id): new.id for old, new in pairs if old is not None and new is not None}

    def _changes(self, number: int, role: RoleProgress, seen: Mapping[tuple[Mixture, int, str], _Seen]) -> Iterator[CriterionChange]:
        for cause, one, other in self._steps(role):
            before, after = seen[one, number, role.role.id], seen[other, number, role.role.id]
            for name in dict.fromkeys((*after.criteria, *before.criteria)):
                old, new = before.criteria.get(name), after.criteria.get(name)
                states = tuple(None if result is None else result.state for result in (old, new))
                change = CriterionChange(
                    cause=cause,
                    old=None if old is None else old.criterion,
                    new=None if new is None else new.criterion,
                    before=states[0],
                    after=states[1],
                    facts=tuple(_facts(before, after, [result.criterion for result in (old, new) if result is not None], cause)),
                )
                if change.asks_otherwise:
                    change = attrs.evolve(change, asks=_asked(change, before.pack, after.pack))
                if states[0] is not states[1] or change.counts_otherwise:
                    yield change


def _asked(change: CriterionChange, old: Pack, new: Pack) -> tuple[str, str] | None:
    """Return what a criterion asked for and asks for; nothing where the words are the same, or it is when it applies that changed."""
    if change.old is None or change.new is None:
        return None
    before, after = condition_words(change.old.when, old.attributes), condition_words(change.new.when, new.attributes)
    return (before, after) if before != after else None


def _facts(before: _Seen, after: _Seen, criteria: Sequence[Criterion], cause: Cause) -> Iterator[FactChange]:
    """Yield the facts that differ of those that criteria read, each followed by what it is computed from, where that is what changed."""
    names = dict.fromkeys(name for criterion in criteria for name in criterion.attributes_read)
    waiting, done = list(names), set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in done:
            continue
        done.add(name)
        old, new = before.pack.attributes.get(name), after.pack.attributes.get(name)
        change = FactChange(old=old, new=new, before=_value(before.facts, name), after=_value(after.facts, name))
        if change.differs:
            yield change
        if cause is Cause.FACTS and (change.differs or name in names):
            derivation = None if change.attribute.derivation is None else change.attribute.derivation.expression
            waiting = [*(() if derivation is None else derivation.inputs), *waiting]


def _value(facts: Facts, name: str) -> Value | Bounds | None:
    return facts[name] if name in facts else known_in_part(facts, name)

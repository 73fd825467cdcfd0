"""Coverage: which branches of a pack its rule tests decide, met in one and unmet in another.

A test decides a branch where it looks at what the branch belongs to, and the branch mattered: the condition around it would have
come out otherwise, or not at all, had it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import attrs

from evaluator.core.conditions import AttributeTest, Condition, Truth, combined, truth
from evaluator.core.derive import derived
from evaluator.core.enums import MoveKind
from evaluator.core.expressions import Lookup
from evaluator.core.model import Pack
from evaluator.core.results import State
from evaluator.core.values import Facts
from evaluator.core.windows import EntryReader
from evaluator.packs.examples.branches import Branch, Part, branches
from evaluator.packs.examples.readers import readers
from evaluator.packs.examples.running import Outcome, looks_at_moves


@attrs.frozen(kw_only=True)
class BranchCoverage:
    """A branch and how rule tests decided it: met in some, unmet in some; one of the two is enough for what has only to be taken."""

    branch: Branch
    met: bool
    unmet: bool

    @property
    def full(self) -> bool:
        """Whether nothing is missing."""
        return self.met and (self.unmet or self.branch.ways == 1)

    @property
    def missing(self) -> str:
        """What no rule test shows, in words."""
        if self.branch.ways == 1:
            return "" if self.met else "never taken"
        if self.full:
            return ""
        return "never met" if self.unmet else "never unmet" if self.met else "never decided"


@attrs.frozen(kw_only=True)
class Coverage:
    """All branches of a pack, or of some roles."""

    branches: tuple[BranchCoverage, ...]

    @property
    def open(self) -> tuple[BranchCoverage, ...]:
        """The branches of which something is missing, by place."""
        return tuple(
            sorted((branch for branch in self.branches if not branch.full), key=lambda branch_coverage: branch_coverage.branch.span.start)
        )

    @property
    def covered(self) -> int:
        """How many branches miss nothing."""
        return sum(branch.full for branch in self.branches)

    @property
    def share(self) -> Fraction:
        """The covered part, from 0 to 1; 1 where there is no branch at all."""
        return Fraction(self.covered, len(self.branches)) if self.branches else Fraction(1)


def coverage(pack: Pack, outcomes: Sequence[Outcome], roles: tuple[str, ...] | None = None) -> Coverage:
    """Return which branches of a pack, or of some roles, the rule tests decide."""
    watch = _Watch(pack=pack, outcomes=outcomes)
    return Coverage(branches=tuple(watch.covered(branch) for branch in branches(pack, roles)))


@attrs.frozen(kw_only=True)
class _Watch:
    """The outcomes, looked at for one branch after the other."""

    pack: Pack
    outcomes: Sequence[Outcome]

    def covered(self, branch: Branch) -> BranchCoverage:
        ways: set[Truth] = set()
        for outcome in self._looking(branch):
            ways.update(self._decided(branch, outcome))
            if {True, False} <= ways:
                break
        return BranchCoverage(branch=branch, met=True in ways, unmet=False in ways)

    def _looking(self, branch: Branch) -> Iterator[Outcome]:
        """Yield the outcomes of tests that look at what the branch belongs to."""
        roles = frozenset({branch.role})
        origins: frozenset[str] = frozenset()
        reported: frozenset[str] = frozenset()
        if branch.attribute is not None:
            reading = readers(self.pack, branch.attribute.id)
            roles, origins, reported = frozenset(reading.roles), frozenset(reading.origins), reading.names
        for outcome in self.outcomes:
            if branch.move is not None:
                looks = _looks_at_move(branch, outcome, beyond=not self.pack.roles[branch.move.to].judged)
            elif branch.criterion is not None:
                looks = outcome.test.role in roles and _looks_at_criterion(branch, outcome)
            elif branch.attribute is not None:
                looks = outcome.test.role in roles or not reported.isdisjoint(outcome.test.expect.reported)
                looks = looks or (outcome.test.profile.role in origins and looks_at_moves(outcome.test))
            else:
                looks = outcome.test.expect.verdict is not None and outcome.test.role in branch.judged
            if looks:
                yield outcome

    def _decided(self, branch: Branch, outcome: Outcome) -> Iterator[Truth]:
        facts = outcome.evaluation.facts
        if branch.part is Part.CRITERION and branch.criterion is not None:
            state = next(criterion.state for criterion in outcome.result.criteria if criterion.criterion.id == branch.criterion.id)
            yield {State.MET: True, State.UNMET: False}.get(state)
        elif branch.part is Part.CAP and branch.criterion is not None:
            yield any(holder.criterion.id == branch.criterion.id for holder in outcome.result.held_by) or None
        elif branch.part is Part.VERDICT:
            yield outcome.result.verdict.low == self._verdicts(outcome)[branch.number] or None
        elif branch.part is Part.TABLE and branch.table is not None:
            yield self._row(branch.table, outcome) == branch.number or None
        elif branch.attribute is not None and branch.attribute.id in outcome.test.profile.given:
            return
        elif branch.part is Part.RECORDS:
            records = facts.get(branch.records)
            reader = EntryReader.of(branch.whole, facts, outcome.test.as_of)
            for entry in records if isinstance(records, tuple) else ():
                yield _mattered(branch, reader.read(entry))
        else:
            yield _mattered(branch, outcome.result.tally if branch.part is Part.BAND else facts)

    def _verdicts(self, outcome: Outcome) -> tuple[str, ...]:
        return self.pack.verdicts_of(outcome.result.role)

    def _row(self, table: Lookup, outcome: Outcome) -> int | None:
        key = derived(table.of, outcome.evaluation.facts, outcome.test.as_of)
        if key is None or isinstance(key, frozenset | tuple):
            return None
        if table.rows:
            return next((index for index, row in enumerate(table.rows) if row == key), None)
        return next((index for index, band in enumerate(table.bands) if key in band), None)  # type: ignore[operator]


def _looks_at_criterion(branch: Branch, outcome: Outcome) -> bool:
    expect, criterion = outcome.test.expect, branch.criterion
    if criterion is None:
        return False
    if branch.part is Part.ALMOST:
        state = next(
            criterion_result.state for criterion_result in outcome.result.criteria if criterion_result.criterion.id == criterion.id
        )
        return expect.almost is not None and state is State.UNMET
    if branch.part is Part.CAP:
        return expect.verdict is not None
    whole = (expect.verdict, expect.score, expect.gaps, expect.questions)
    return criterion.id in expect.states or any(expected is not None for expected in whole)


def _looks_at_move(branch: Branch, outcome: Outcome, *, beyond: bool) -> bool:
    expect, move = outcome.test.expect, branch.move
    if move is None or outcome.test.profile.role != move.origin:
        return False
    if move.kind is MoveKind.DEMOTION:
        return expect.demotions is not None
    return (expect.beyond if beyond else expect.next_roles) is not None


def _mattered(branch: Branch, facts: Facts) -> Truth:
    """Return how the test of a branch came out, or None where it did not or would have made no difference."""
    leaf, whole = branch.leaf, branch.whole
    if leaf is None or whole is None:
        return None
    held = truth(leaf, facts)
    if held is None or _with(whole, leaf, held, facts) == _with(whole, leaf, not held, facts):
        return None
    return held


def _with(condition: Condition, leaf: AttributeTest, held: Truth, facts: Facts) -> Truth:
    """Return the truth of a condition had one of its tests come out otherwise."""
    if isinstance(condition, AttributeTest):
        return held if condition is leaf else truth(condition, facts)
    return combined(condition, [_with(part, leaf, held, facts) for part in condition.parts])

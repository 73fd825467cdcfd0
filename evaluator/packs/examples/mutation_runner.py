"""Running the rule tests that a mutant can touch: it is killed by the first one that no longer comes out as written."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

import attrs

from evaluator.core.facts import complete
from evaluator.core.ready_for import waiting_for
from evaluator.core.results import RoleResult
from evaluator.engines.readiness import Evaluator, standings
from evaluator.packs.examples.mutants import Mutant, MutantTarget
from evaluator.packs.examples.running import (
    Outcome,
    ladder_mismatches,
    looks_at_moves,
    reported_mismatches,
    role_mismatches,
    roles_asked,
)
from evaluator.packs.examples.views import view
from evaluator.reading.pack.ruletests import RuleTest


@attrs.frozen(kw_only=True)
class Bench:
    """The outcomes of all rule tests on the pack as it stands, against which mutants are held; every one has to have passed."""

    outcomes: Sequence[Outcome]

    def killer(self, mutant: Mutant) -> RuleTest | None:
        """Return the rule test that notices a mutant, or None."""
        evaluator = Evaluator(mutant.pack, engine="reference")
        roles = frozenset(mutant.roles)
        near = [outcome for outcome in self.outcomes if outcome.test.role in roles]
        ordered = [(outcome, _differs(outcome, mutant)) for outcome in near]
        for outcome, differs in sorted(ordered, key=lambda pair: not pair[1]):
            test = outcome.test
            if mutant.what is MutantTarget.CRITERION and not differs and test.expect.gaps is None and test.expect.questions is None:
                continue  # only the order of gaps and questions could still tell
            evaluation = evaluator.evaluate(test.profile, as_of=test.as_of, only={test.role})
            if next(role_mismatches(test, evaluation), None) is not None:
                return test
        if mutant.pack.ready_order:
            touched = {*roles, *(role.id for role in waiting_for(mutant.pack, roles))}
            far = [outcome for outcome in self.outcomes if _may_tell(outcome.test, mutant, touched - roles)]
            far.sort(key=lambda outcome: outcome.test.profile.role not in mutant.origins)
            return next((outcome.test for outcome in far if _tells(outcome, evaluator, touched)), None)
        reporting = (outcome.test for outcome in self.outcomes if mutant.reported and _reports_otherwise(outcome.test, mutant))
        noticing = (outcome.test for outcome in self.outcomes if self._notices(outcome, mutant, evaluator, roles))
        return next(itertools.chain(reporting, noticing), None)

    def _notices(self, outcome: Outcome, mutant: Mutant, evaluator: Evaluator, roles: Collection[str]) -> bool:
        """Whether a test that looks at the ladder around its role notices what changed there."""
        test = outcome.test
        expect, asked = test.expect, roles_asked(mutant.pack, test)
        if not looks_at_moves(test) and not expect.standing:
            return False
        moves = test.profile.role in mutant.origins
        touched = {role for role in roles if asked is None or role in asked}
        results = evaluator.evaluate(test.profile, as_of=test.as_of, only=touched).roles if touched else {}
        before = outcome.evaluation.roles
        if not moves and all(_alike(results[role], before[role]) for role in touched):
            return False
        evaluation = evaluator.evaluate(test.profile, as_of=test.as_of, only=asked if moves or expect.next_roles is not None else touched)
        everywhere = {**before, **evaluation.roles}
        spliced = attrs.evolve(evaluation, roles=everywhere, standings=standings(mutant.pack, everywhere))
        return next(ladder_mismatches(test, spliced), None) is not None


def _may_tell(test: RuleTest, mutant: Mutant, waiting: Collection[str]) -> bool:
    """Whether a test can notice a mutant by more than the verdicts on its own roles: on those that wait for them, the ladder, reports."""
    looks_around = looks_at_moves(test) or bool(test.expect.standing)
    return test.role in waiting or looks_around or not mutant.reported.isdisjoint(test.expect.reported)


def _tells(outcome: Outcome, evaluator: Evaluator, touched: Collection[str]) -> bool:
    """Whether a test notices a mutant whose change may reach the verdicts on some roles; all others come out as before."""
    test, pack = outcome.test, evaluator.pack
    asked = roles_asked(pack, test)
    only = None if asked is None else {*asked, *touched, test.role}
    evaluation = evaluator.evaluate(test.profile, as_of=test.as_of, only=only)
    everywhere = {**outcome.evaluation.roles, **evaluation.roles}
    spliced = attrs.evolve(evaluation, roles=everywhere, standings=standings(pack, everywhere))
    told = (
        role_mismatches(test, spliced),
        reported_mismatches(pack, test, evaluation.facts),
        ladder_mismatches(test, spliced),
    )
    return next(itertools.chain(*told), None) is not None


def _reports_otherwise(test: RuleTest, mutant: Mutant) -> bool:
    """Whether a test says what a computed attribute comes to that a mutant computes otherwise."""
    if mutant.reported.isdisjoint(test.expect.reported):
        return False
    facts = complete(mutant.pack, test.profile, test.as_of).facts
    return next(reported_mismatches(mutant.pack, test, facts), None) is not None


def _differs(outcome: Outcome, mutant: Mutant) -> bool:
    """Whether the changed criterion comes out otherwise for the profile of a test, which is then the first to try."""
    after = mutant.criterion
    if after is None:
        return False
    before = next(criterion.criterion for criterion in outcome.result.criteria if criterion.criterion.id == after.id)
    facts = outcome.evaluation.facts
    return view(before, facts) != view(after, facts)


def _alike(role_result: RoleResult, other: RoleResult) -> bool:
    return role_result.verdict == other.verdict and role_result.score == other.score

"""What a limit on a ratio came to, in words: in which role, for which groups, and why there was no ratio to hold against it."""

from __future__ import annotations

from collections.abc import Sequence

from evaluator.calibration.disclosure import Hidden
from evaluator.calibration.impact.assessing import Impact
from evaluator.calibration.impact.limits import LimitOutcome, Untested
from evaluator.calibration.impact.measures import Group
from evaluator.calibration.impact.words import EXACT, count_words, hidden_words, most_words, ratio_words
from evaluator.calibration.people import People, why_no_candidates
from evaluator.core.gates import Gate, State
from evaluator.core.model import Role
from evaluator.diagnostics import Span
from evaluator.report.gates import ALLOW
from evaluator.report.views import people_words
from evaluator.report.words import counted, joined

NEXT_STEP = "Next step, whichever role"
EVERYONE = "--role ROLE --among everyone considers all for a role; else give people's current roles in a column `role`"
_FEW = f"take more people together, or let it pass with {ALLOW}"
_REASONS = {
    Untested.UNKNOWN: "nobody's group is known in {}",
    Untested.ONE_GROUP: "there is no ratio in {}, where all are of one group",
    Untested.UNDECIDED: "there is no ratio in {}, where everybody is undecided",
    Untested.HELD_BACK: f"numbers by group are held back as too small in {{}}; {EXACT} tells and tests them",
    Untested.TOO_FEW: "there is no ratio in {}, where all are of one group",
    Untested.NOT_SELECTED: "there is no ratio in {}, where nobody is selected",
}
_STEPS = {
    Untested.NOBODY: EVERYONE,
    Untested.UNKNOWN: "fill the group column, or name another one with --by",
    Untested.ONE_GROUP: "name a group column that has more than one group",
    Untested.UNDECIDED: "`evaluator evaluate` tells which facts are missing",
    Untested.HELD_BACK: f"add {EXACT} where those who read it may see facts of groups, or let it pass with {ALLOW}",
    Untested.TOO_FEW: _FEW,
    Untested.NOT_SELECTED: _FEW,
}


def gate(limit_outcome: LimitOutcome, report: Impact) -> Gate:
    """Return what a limit came to in one pool."""
    text, where = limit_outcome.limit.text, NEXT_STEP if limit_outcome.role is None else limit_outcome.role.title
    if limit_outcome.untested is not None:
        why = _why(limit_outcome.untested, limit_outcome, report)
        return Gate(limit=text, state=State.NOT_TESTED, reason=why, step=_STEPS[limit_outcome.untested], too_small=limit_outcome.too_small)
    if limit_outcome.under:
        words = "; ".join(_under(group, where) for group in limit_outcome.under)
        return Gate(limit=text, state=State.BROKEN, reason=words)
    return Gate(limit=text, state=State.HELD, reason=f"held in {where}")


def lines_of_rules(limit_outcome: LimitOutcome) -> tuple[Span, ...]:
    """Return the line of the criterion that drives most of what broke a limit; the role's, where none can be told."""
    if not limit_outcome.under or limit_outcome.role is None:
        return ()
    driving = [driver.criterion.span for driver in limit_outcome.drivers if driver.raises]
    return (driving[0] if driving else limit_outcome.role.span,)


def _under(group: Group | Hidden, where: str) -> str:
    if isinstance(group, Hidden):
        return f"{group.name} has {most_words(group)} in {where} ({hidden_words(group)})"
    return f"{group.name} has {ratio_words(group.ratio)} in {where} ({count_words(group)})"


def _why(untested: Untested, limit_outcome: LimitOutcome, report: Impact) -> str:
    if untested is Untested.NOBODY:
        return nobody_words(report.people, () if limit_outcome.role is None else (limit_outcome.role,))
    where = "everybody's next step" if limit_outcome.role is None else limit_outcome.role.title
    if limit_outcome.unnamed and untested is Untested.TOO_FEW:
        few = (
            f"{counted(limit_outcome.unnamed, 'group')} of {where} {'is' if limit_outcome.unnamed == 1 else 'are'} too small to be compared"
        )
        return few + _compared(limit_outcome)
    if limit_outcome.apart and untested is Untested.TOO_FEW:
        return f"too few of {joined(limit_outcome.apart)} are considered in {where} to be compared{_compared(limit_outcome)}"
    return _REASONS[untested].format(where)


def _compared(limit_outcome: LimitOutcome) -> str:
    """Say what the groups that could be compared came to."""
    if limit_outcome.lowest is None:
        return ""
    lowest = limit_outcome.lowest
    return f"; of the others, none is under the limit, and the lowest is {lowest.name} with {ratio_words(lowest.ratio)}"


def nobody_words(people: People, roles: Sequence[Role] = ()) -> str:
    """Say that nobody is a candidate for some roles, or for any, and why."""
    to = f" for {joined([role.title for role in roles], 'or')}" if roles else ""
    return f"no one of {people_words(people.height)} is a candidate{to}: {why_no_candidates(people, roles)}"

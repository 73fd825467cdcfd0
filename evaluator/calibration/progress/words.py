"""The words of a progress: causes, verdicts before and after, and criteria with the facts behind them."""

from __future__ import annotations

from collections.abc import Iterator

from evaluator.calibration.progress.analysis import Movement, OneSided, PersonProgress, RoleProgress
from evaluator.calibration.progress.attribution import Attribution, Cause, Found, Mixture
from evaluator.calibration.progress.explanations import CriterionChange, FactChange
from evaluator.calibration.progress.mixed import RoleOutcome
from evaluator.core.results import State
from evaluator.report.words import NOTHING, Style, joined, score_words, verdict_words

ARROW = "→"
TITLES = {
    Movement.BECAME_READY: "Became ready",
    Movement.FELL_BACK: "Fell back from ready",
    Movement.NO_LONGER_CERTAIN: "No longer certain to be ready",
    Movement.BETTER: "Better, and not ready for certain",
    Movement.WORSE: "Worse, and were not ready for certain",
    Movement.WIDER: "More open: less is known",
    Movement.NARROWER: "Less open: more is known",
    Movement.JUDGED_ANEW: "A role that the old rules do not judge",
    Movement.NOT_JUDGED: "A role that the new rules do not judge",
}
STYLES = {
    Movement.BECAME_READY: Style.GOOD,
    Movement.FELL_BACK: Style.BAD,
    Movement.NO_LONGER_CERTAIN: Style.OPEN,
    Movement.BETTER: Style.GOOD,
    Movement.WORSE: Style.BAD,
    Movement.WIDER: Style.OPEN,
    Movement.NARROWER: Style.OPEN,
}
NOT_TOLD = "not told apart"
_LONG = 240
"""What is asked is told in up to so many letters; `diff` tells the whole of it."""


def cause_words(attribution: Attribution[Found]) -> str:
    """Say what led to a change: one cause, any of several alone, or several together."""
    if attribution.sets is None:
        return NOT_TOLD
    if not attribution.sets:
        return "came and went" if attribution.steps else NOTHING
    if len(attribution.sets) == 1:
        return _together(attribution.sets[0])
    if all(len(mixture) == 1 for mixture in attribution.sets):
        return f"{joined([_together(mixture) for mixture in attribution.sets], 'or')}, each of them alone"
    return joined([_together(mixture) + ("" if len(mixture) > 1 else " alone") for mixture in attribution.sets], "or")


def _together(mixture: Mixture) -> str:
    words = [str(cause) for cause in Cause if cause in mixture]
    return joined(words) + (" together" if len(words) > 1 else "")


def named(person: PersonProgress | OneSided) -> str:
    """Name somebody, with the id beside the name."""
    return f"{person.name} ({person.id})" if person.name else person.id


def outcome_words(outcome: RoleOutcome | None) -> str:
    """Say a verdict, with its score."""
    return "not judged" if outcome is None else f"{verdict_words(outcome.verdict)}, {score_words(outcome.score)}"


def change_words(role: RoleProgress) -> str:
    """Say what became of a verdict, and of the score where that is another one."""
    before, after = role.before, role.after
    verdicts = [NOTHING if one is None else verdict_words(one.verdict) for one in (before, after)]
    said = verdicts[0] if verdicts[0] == verdicts[1] else f"{verdicts[0]} {ARROW} {verdicts[1]}"
    if before is None or after is None or before.score == after.score:
        return said
    scores = [score_words(before.score), score_words(after.score)]
    return f"{said}, score {scores[0]} {ARROW} {scores[1]}" if scores[0] != scores[1] else said


def steps_words(attribution: Attribution[Found]) -> str:
    """Say each step, in order, where it took several; nothing else."""
    steps = attribution.steps or ()
    if len(steps) < 2:  # noqa: PLR2004 - one step says no more than the change
        return ""
    return "; ".join(f"{step.cause}: {step.before} {ARROW} {step.after}" for step in steps)


def state_words(state: State | None) -> str:
    """Name a criterion's state, or say that there is no such criterion."""
    return "not asked" if state is None else "not met" if state is State.UNMET else str(state)


def criterion_words(change: CriterionChange) -> str:
    """Say what became of a criterion, by what, and through which facts."""
    before, after = state_words(change.before), state_words(change.after)
    moved = f"{before} {ARROW} {after}" if before != after else f"{after} as before"
    return f"{change.criterion.title}: {moved} by {change.cause}{_why(change)}"


def _why(change: CriterionChange) -> str:
    parts = list(_rule_words(change))
    parts += [fact_words(fact) for fact in change.facts]
    return f" – {'; '.join(parts)}" if parts else ""


def _rule_words(change: CriterionChange) -> Iterator[str]:
    if change.cause is not Cause.RULES:
        return
    if change.old is None or change.new is None:
        yield "it is new" if change.old is None else "it is gone"
    elif change.asks_otherwise:
        before, after = change.asks or ("", "")
        yield f"it asks otherwise: {after}; before: {before}" if 0 < len(before + after) < _LONG else "it asks otherwise"
    elif change.counts_otherwise:
        yield "it counts otherwise"


def fact_words(fact: FactChange) -> str:
    """Say a fact before and after."""
    before, after = fact.words
    return f"{fact.attribute.title}: {before} {ARROW} {after}"

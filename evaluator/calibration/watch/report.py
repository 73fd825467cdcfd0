"""What a save of a rule file came to, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluator.calibration.diff.analysis import Diff, RoleDiff
from evaluator.calibration.diff.people_report import TOGETHER, cause_words
from evaluator.calibration.diff.report import often_words
from evaluator.calibration.diff.words import change_words
from evaluator.calibration.watch.watching import Saved
from evaluator.core.days import ManyDays
from evaluator.packs.examples import Outcome
from evaluator.report.blocks import Block, Fact, Facts, Item, Listing
from evaluator.report.days import days_facts
from evaluator.report.findings import count_words
from evaluator.report.views import people_words
from evaluator.report.words import Style, counted, some, verdict_words

_NAMED = 5
Failed = frozenset[tuple[str, str]]
"""The worked examples that failed at a save: role and name."""


def saved_page(saved: Saved, days: ManyDays | None = None) -> tuple[Block, ...]:
    """Return what lint says of a save, what it changed, and who moved; a projection, and old facts, are told each time."""
    facts = [Fact("Saved", ", ".join(saved.files), style=Style.STRONG)]
    bad = bool(saved.problems.errors)
    facts.append(Fact("Lint", count_words(saved.problems), style=Style.BAD if bad else Style.GOOD))
    if saved.since_last is None or saved.since_start is None:
        return (Facts((*facts, Fact("Who moves", "nobody is judged until the pack can be read again", style=Style.BAD))),)
    lines = [
        change_words(change, saved.since_last.renamed, saved.since_last.new) for change in saved.since_last.changes if not change.wording
    ]
    facts += [Fact("Changed", line) for line in lines or ["nothing in meaning"]]
    facts += _moved("Since the last save", saved.since_last)
    facts += days_facts(days)
    blocks: list[Block] = [Facts(tuple(facts))]
    blocks += _listed(saved.since_last)
    if saved.since_start.old is not saved.since_last.old:
        blocks.append(Facts(tuple(_moved("Since the start", saved.since_start))))
        blocks += _listed(saved.since_start)
    return tuple(blocks)


def _moved(label: str, diff: Diff) -> Iterator[Fact]:
    if diff.people is not None and not diff.people.considered:
        yield Fact(label, f"nobody can move, as no one is a candidate: {diff.people.why_nobody()}", style=Style.BAD)
        return
    if diff.people is None or not diff.people.moved:
        yield Fact(label, "nobody gets another verdict", style=Style.FAINT)
        return
    moved = diff.people.moved
    get = "gets" if moved == 1 else "get"
    words = f"{people_words(moved)} of {diff.people.both.height:,} {get} another verdict{often_words(diff.people)}"
    yield Fact(label, words, style=Style.CLOSE)


def _listed(diff: Diff) -> list[Block]:
    if diff.people is None:
        return []
    items = tuple(item for role in diff.people.roles if len(role.moved) for item in _role(role))
    return [Listing(items)] if items else []


def _role(role_diff: RoleDiff) -> Iterator[Item]:
    """Yield a line for each turn of verdicts of a role, with the first names."""
    turns: dict[tuple[str, str], list[str]] = {}
    for mover in role_diff.movers():
        why = "; ".join(map(cause_words, mover.causes)) or TOGETHER
        turns.setdefault((f"{verdict_words(mover.before)} → {verdict_words(mover.after)}", why), []).append(mover.label)
    for (turn, why), names in sorted(turns.items(), key=lambda turn_and_names: -len(turn_and_names[1])):
        yield Item(f"{role_diff.role.title}, {turn}: {len(names):,} by {why}", mark="·", note=f"({some(names, _NAMED)})")


def still_failing(outcomes: Sequence[Outcome], before: Failed) -> Failed:
    """Name the worked examples that fail after a save; of roles whose examples it did not run, those that failed before."""
    run = {outcome.test.role for outcome in outcomes}
    kept = {pair for pair in before if pair[0] not in run}
    return frozenset(kept) | frozenset((outcome.test.role, outcome.test.name) for outcome in outcomes if not outcome.passed)


def tests_line(outcomes: Sequence[Outcome], before: Failed) -> tuple[Block, ...]:
    """Return how the worked examples came out; those that failed at the save `before` already are counted, and not listed again."""
    failed = [outcome for outcome in outcomes if not outcome.passed]
    run = {outcome.test.role for outcome in outcomes}
    before = frozenset(pair for pair in before if pair[0] in run)
    fresh = [outcome for outcome in failed if (outcome.test.role, outcome.test.name) not in before]
    words = f"{counted(len(outcomes) - len(failed), 'worked example')} passed, {_failed_words(failed, fresh, before)}"
    facts = Facts((Fact("Tests", words, style=Style.BAD if failed else Style.GOOD),))
    if not failed:
        return (facts,)
    items = [
        Item(f"{outcome.test.role}: {outcome.test.name}", mark="✗", style=Style.BAD, place=str(outcome.test.span))
        for outcome in fresh[:_NAMED]
    ]
    roles = list(dict.fromkeys(outcome.test.role for outcome in failed))
    command = f"`{' '.join(['evaluator', 'test', *(roles if len(roles) <= _NAMED else ())])}` shows what differs"
    more = f"and {len(fresh) - _NAMED} more; {command}" if len(fresh) > _NAMED else command
    return (facts, Listing((*items, Item(more, mark="·"))))


def _failed_words(failed: Sequence[Outcome], fresh: Sequence[Outcome], before: Failed) -> str:
    if failed and not fresh:
        return f"the same {len(failed)} failed" if len(failed) == len(before) else f"{len(failed)} failed, as before"
    return f"{len(failed)} failed" + (f", {len(failed) - len(fresh)} of them as before" if len(fresh) < len(failed) else "")

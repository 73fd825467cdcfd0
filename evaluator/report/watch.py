"""What a save of a rule file came to, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluator.calibrate.diff import Diff, RoleDiff
from evaluator.calibrate.watching import Saved
from evaluator.report.blocks import Block, Fact, Facts, Item, Listing
from evaluator.report.diff_people import TOGETHER, cause_words
from evaluator.report.diff_words import change_words
from evaluator.report.findings import count_words
from evaluator.report.views import people_words
from evaluator.report.words import Style, counted, some, verdict_words
from evaluator.ruletests import Outcome

_NAMED = 5


def saved_page(saved: Saved) -> tuple[Block, ...]:
    """Return what lint says of a save, what it changed, and who moved."""
    facts = [Fact("Saved", ", ".join(saved.files), style=Style.STRONG)]
    bad = bool(saved.problems.errors)
    facts.append(Fact("Lint", count_words(saved.problems), style=Style.BAD if bad else Style.GOOD))
    if saved.since_last is None or saved.since_start is None:
        return (Facts((*facts, Fact("Who moves", "nobody is judged until the pack can be read again", style=Style.BAD))),)
    lines = [change_words(one, saved.since_last.old, saved.since_last.new) for one in saved.since_last.changes if not one.wording]
    facts += [Fact("Changed", line) for line in lines or ["nothing in meaning"]]
    facts += _moved("Since the last save", saved.since_last)
    blocks: list[Block] = [Facts(tuple(facts))]
    blocks += _listed(saved.since_last)
    if saved.since_start.old is not saved.since_last.old:
        blocks.append(Facts(tuple(_moved("Since the start", saved.since_start))))
        blocks += _listed(saved.since_start)
    return tuple(blocks)


def _moved(label: str, found: Diff) -> Iterator[Fact]:
    if found.people is None or not found.people.moved:
        yield Fact(label, "nobody gets another verdict", style=Style.FAINT)
        return
    yield Fact(label, f"{people_words(found.people.moved)} of {found.people.both.height:,} get another verdict", style=Style.CLOSE)


def _listed(found: Diff) -> list[Block]:
    if found.people is None:
        return []
    items = tuple(item for role in found.people.roles if len(role.moved) for item in _role(role))
    return [Listing(items)] if items else []


def _role(found: RoleDiff) -> Iterator[Item]:
    """Yield a line for each turn of verdicts of a role, with the first names."""
    turns: dict[tuple[str, str], list[str]] = {}
    for mover in found.movers():
        why = "; ".join(map(cause_words, mover.causes)) or TOGETHER
        turns.setdefault((f"{verdict_words(mover.before)} → {verdict_words(mover.after)}", why), []).append(mover.label)
    for (turn, why), names in sorted(turns.items(), key=lambda one: -len(one[1])):
        yield Item(f"{found.role.title}, {turn}: {len(names):,} by {why}", mark="·", note=f"({some(names, _NAMED)})")


def tests_line(outcomes: Sequence[Outcome]) -> tuple[Block, ...]:
    """Return how the worked examples came out."""
    failed = [one for one in outcomes if not one.passed]
    words = f"{counted(len(outcomes) - len(failed), 'worked example')} passed, {len(failed)} failed"
    facts = Facts((Fact("Tests", words, style=Style.BAD if failed else Style.GOOD),))
    if not failed:
        return (facts,)
    items = tuple(Item(f"{one.test.role}: {one.test.name}", mark="✗", style=Style.BAD, place=str(one.test.span)) for one in failed[:_NAMED])
    more = (Item(f"and {len(failed) - _NAMED} more; `evaluator test` shows them", mark="·"),) if len(failed) > _NAMED else ()
    return (facts, Listing((*items, *more)))

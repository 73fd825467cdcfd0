"""A diff of two packs as a page: what changed in words, and who moves."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

import attrs

from evaluator._version import __version__
from evaluator.calibration.diff.analysis import Diff, PeopleDiff, RoleDiff
from evaluator.calibration.diff.limits import MOVED, Limit, LimitOutcome, Reached
from evaluator.calibration.diff.people_report import groups_blocks, role_blocks, standing_blocks
from evaluator.calibration.diff.words import ARROW, change_words, places_words
from evaluator.calibration.disclosure import POOL, Rule
from evaluator.calibration.impact.words import EXACT_WORDS, lowered_words
from evaluator.calibration.left_out import left_out_blocks
from evaluator.core.days import ManyDays
from evaluator.core.gates import Gate, State
from evaluator.core.model import Pack
from evaluator.packs.changes.rules import Change, ChangeSubject
from evaluator.report.blocks import Block, Fact, Facts, Folded, Heading, Item, Listing, Paragraph
from evaluator.report.days import population_days, projected
from evaluator.report.gates import ALLOW, gates_blocks
from evaluator.report.people import pack_words
from evaluator.report.views import people_words
from evaluator.report.words import NOTICE, Style, counted, joined, sentence_case, some

_NAMED = 3
EVERYONE = "`--among everyone` judges all"
_SECTIONS = {
    ChangeSubject.PACK: "Pack",
    ChangeSubject.TRACK: "Tracks",
    ChangeSubject.ATTRIBUTE: "Attributes",
    ChangeSubject.VERDICT: "Verdicts",
    ChangeSubject.POLICY: "Policies",
    ChangeSubject.CONDITION: "Conditions",
    ChangeSubject.TABLE: "Lookup tables",
    ChangeSubject.MOVE: "Moves",
    ChangeSubject.DOCUMENT: "Sources",
}


@attrs.frozen(kw_only=True)
class DiffOptions:
    """What a diff was asked for beside the packs: the day, how many people are named for each role (all with None), the limits.

    `gates` are what the limits came to.
    """

    as_of: datetime.date | None = None
    days: ManyDays | None = None
    most: int | None = 10
    limits: tuple[Limit, ...] = ()
    reached: tuple[Reached, ...] = ()
    gates: tuple[Gate, ...] = ()


def diff_page(diff: Diff, diff_options: DiffOptions) -> tuple[Block, ...]:
    """Return the page of a diff."""
    title = projected(f"{diff.new.title}: {diff.old.folder} {ARROW} {diff.new.folder}", diff_options.days)
    blocks: list[Block] = [Heading(title, 1), Paragraph(summary(diff))]
    blocks += _left_out(diff)
    blocks += _limits(diff_options)
    blocks += _meaning(diff)
    if diff.people is not None:
        blocks += _people(diff.people, diff_options)
    return (*blocks, Facts(tuple(_facts(diff, diff_options))), Paragraph(NOTICE, style=Style.FAINT))


def summary(diff: Diff) -> str:
    """Say in a sentence or two what a diff comes to."""
    meaning = [change for change in diff.changes if not change.wording]
    wording = len(diff.changes) - len(meaning)
    lines = counted(len(meaning), "change") + " of meaning" if meaning else "No change of meaning"
    words = f"{lines}{f', {wording} of wording only' if wording else ''}."
    if diff.people is None:
        return words
    people = diff.people
    if not people.considered:
        return f"{words} {sentence_case(nobody_words(people))}; {EVERYONE}."
    if not people.moved:
        return f"{words} Nobody of {people_words(people.both.height)} gets another verdict.{_not_judged(people)}"
    roles = [f"{len(role.moved):,} for {role.role.title}" for role in people.roles if len(role.moved)]
    verb = "gets" if people.moved == 1 else "get"
    counts = f"{', '.join(roles)}{often_words(people)}"
    return f"{words} {people.moved:,} of {people_words(people.both.height)} {verb} another verdict: {counts}.{_not_judged(people)}"


def often_words(people: PeopleDiff) -> str:
    """Say that somebody is counted for several roles, where the counts of the roles come to more than the people."""
    if not people.moved_often:
        return ""
    return f"; {people_words(people.moved_often)} {'is' if people.moved_often == 1 else 'are'} counted for more than one role"


def nobody_words(people: PeopleDiff, role_diff: RoleDiff | None = None) -> str:
    """Say that nobody counts for a role, or for any, and why."""
    to = "" if role_diff is None else f" for {role_diff.role.title}"
    return f"no one of {people_words(people.both.height)} is a candidate{to}: {people.why_nobody(role_diff)}"


def _not_judged(people: PeopleDiff) -> str:
    """Name the roles that mean something else now, and for which nobody counts."""
    names = [role.role.title for role in people.roles if not role.counted and not role.unchanged]
    return f" Nobody is a candidate for {some(names, _NAMED)}." if names else ""


def _left_out(diff: Diff) -> Iterator[Block]:
    """Say what could not be read, pack by pack where they read people differently."""
    if diff.people is None:
        return
    both = diff.people.both
    if both.shared:
        yield from left_out_blocks(both.new.people)
        return
    for side in (both.old, both.new):
        yield from left_out_blocks(side.people, side.pack.folder)


def _limits(diff_options: DiffOptions) -> Iterator[Block]:
    if diff_options.gates and all(gate.state is State.HELD for gate in diff_options.gates):
        yield Heading("Limits")
        yield Listing((Item("none is reached", mark="✓", style=Style.GOOD),))
        return
    yield from gates_blocks(diff_options.gates)


def limit_gates(limit_outcome: LimitOutcome, people: PeopleDiff) -> Iterator[Gate]:
    """Yield what a limit came to: each role that reached it, and else, or beside, why it was not tested."""
    text = limit_outcome.limit.text
    for one in limit_outcome.reached:
        yield Gate(limit=text, state=State.BROKEN, reason=limit_words(one).removeprefix(f"{text}: "))
    if limit_outcome.tested and not limit_outcome.reached:
        yield Gate(limit=text, state=State.HELD, reason="not reached")
    if limit_outcome.tested:
        return
    role = limit_outcome.nobody[0] if limit_outcome.nobody and limit_outcome.limit.role else None
    if not people.considered or role is not None:
        yield Gate(limit=text, state=State.NOT_TESTED, reason=nobody_words(people, role), step=EVERYONE)
    elif not limit_outcome.counted:
        yield Gate(limit=text, state=State.NOT_TESTED, reason="there is nobody for a role that both packs judge", step=EVERYONE)
    elif limit_outcome.all_undecided:
        why, step = "everybody is undecided by both packs", "`evaluator evaluate` tells which facts are missing"
        yield Gate(limit=text, state=State.NOT_TESTED, reason=why, step=step)
    if limit_outcome.counted and limit_outcome.one_pack:
        names = joined([role_diff.role.title for role_diff in limit_outcome.one_pack])
        step = f'name the roles it is on: "{text} in ROLE"'
        yield Gate(limit=text, state=State.NOT_TESTED, reason=f"{names} is judged no longer, so no verdicts can be compared", step=step)
    if limit_outcome.counted and limit_outcome.nobody and role is None:
        names = some([role_diff.role.title for role_diff in limit_outcome.nobody], _NAMED)
        step = f'{EVERYONE}, or name the roles it is on: "{text} in ROLE", or let it pass with {ALLOW}'
        why = f"nobody is a candidate for {names}, which {'changes' if len(limit_outcome.nobody) == 1 else 'change'}"
        yield Gate(limit=text, state=State.NOT_TESTED, reason=why, step=step, too_small=True)


def limit_words(one: Reached) -> str:
    """Say which limit was reached, where and by how much."""
    limit = one.limit
    if limit.what == MOVED:
        return f"{limit.text}: {people_words(one.after)} {'moves' if one.after == 1 else 'move'} for {one.role.title}"
    return f"{limit.text}: {limit.what} {one.before:,} {ARROW} {one.after:,} for {one.role.title}"


def _meaning(diff: Diff) -> Iterator[Block]:
    yield Heading("What changed")
    meaning = [change for change in diff.changes if not change.wording]
    if not meaning:
        yield Paragraph("No line changed its meaning.")
    for title, changes in _by_section(meaning, diff):
        yield Heading(title, 3)
        yield Listing(_items(changes, diff))
    wording = [change for change in diff.changes if change.wording]
    if wording:
        yield Folded(f"Wording only ({len(wording)})", (Listing(_items(wording, diff)),))


def _items(changes: Iterable[Change], diff: Diff) -> tuple[Item, ...]:
    return tuple(Item(change_words(change, diff.renamed, diff.new), mark="·", place=places_words(change.places)) for change in changes)


def _by_section(changes: Sequence[Change], diff: Diff) -> Iterator[tuple[str, list[Change]]]:
    """Yield the changes by what they are about: roles by their titles, the rest by kind."""
    sections: dict[str, list[Change]] = {}
    for change in changes:
        role = change.key if change.what is ChangeSubject.ROLE else change.role
        sections.setdefault(_SECTIONS.get(change.what) or _title(role, diff.new, diff.renamed), []).append(change)
    yield from sections.items()


def _title(role: str | None, new: Pack, old: Pack) -> str:
    found = new.roles.get(role or "") or old.roles.get(role or "")
    return found.title if found else role or ""


def _people(people: PeopleDiff, diff_options: DiffOptions) -> Iterator[Block]:
    yield Heading("Who moves")
    moved = [role_diff for role_diff in people.roles if len(role_diff.moved)]
    by_group = people.by_group
    if by_group is not None:
        yield from (Paragraph(words, style=style) for words, style in _disclosed(by_group.rule))
    for role in moved:
        yield from role_blocks(role, diff_options.most, everyone=people.among_everyone, named=by_group is None)
        if by_group is not None:
            yield from groups_blocks(role, people.groups.get(role.role.id, ()), by_group.rule)
    for role in people.roles:
        if role.before is None or role.after is None:
            yield from role_blocks(role, diff_options.most, everyone=people.among_everyone)
    if not moved:
        yield Paragraph("Nobody gets another verdict." if people.considered else f"{sentence_case(nobody_words(people))}.")
    yield from standing_blocks(people)


def _disclosed(rule: Rule) -> Iterator[tuple[str, Style]]:
    """Say that nobody is named, and for whom a comparison is that holds nothing back by group."""
    yield "Counted by group, so nobody is named: who moves, beside numbers by group, would tell whose group is which.", Style.FAINT
    if rule.exact:
        yield EXACT_WORDS, Style.BAD
    elif rule.pool < POOL:
        yield lowered_words(rule), Style.BAD


def _facts(diff: Diff, diff_options: DiffOptions) -> Iterator[Fact]:
    if diff.people is not None:
        both, unpaired = diff.people.both, diff.people.both.unpaired
        everyone, candidates = "everybody counts for every role", "for a role, its candidates count, by an open move of either pack"
        yield Fact("People", f"{both.height:,} judged by both packs; {everyone if diff.people.among_everyone else candidates}")
        if (chosen := both.new.people.chosen) is not None:
            yield Fact("Where", chosen.words)
        for ids, pack in ((unpaired.old, diff.old), (unpaired.new, diff.new)):
            if ids:
                who = f": {some(ids, _NAMED)}" if diff.people.by_group is None else ""
                words = f"{people_words(len(ids))} whom only {pack.folder} can read{who}"
                yield Fact("Left out", words, style=Style.BAD)
    yield Fact("Old", f"{pack_words(diff.old)}, {diff.old.folder}")
    yield Fact("New", f"{pack_words(diff.new)}, {diff.new.folder}")
    if diff_options.as_of is not None:
        yield from population_days(diff_options.as_of, diff_options.days)
    yield Fact("Tool", f"evaluator {__version__}")

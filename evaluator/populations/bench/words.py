"""What is said of somebody on a bench: when they are ready, what would settle it, and until when it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluator.core.attributes import Attribute
from evaluator.core.effort import Accrual
from evaluator.core.model import Pack
from evaluator.populations.bench.analysis import FAR, NEAR, NOW, Bench, Candidate, Lapse, OpenPoints, RoleBench
from evaluator.populations.bench.readiness import Among
from evaluator.report.words import best_words, counted, joined, joined_some

READY_NOW, READY_NEAR, READY_FAR, UNDECIDED = "ready now", f"ready in 1–{NEAR} years", f"ready in {FAR} years", "undecided"
_ASKED = 4
"""So many questions are named where only some are."""


def group_of(candidate: Candidate) -> str:
    """Return which part of a bench somebody is on."""
    if candidate.ready_in is None:
        return UNDECIDED
    return READY_NOW if candidate.ready_in == NOW else READY_NEAR if candidate.ready_in <= NEAR else READY_FAR


def years_words(years: int) -> str:
    """Say in how many years."""
    return "now" if years == NOW else f"in {counted(years, 'year')}"


def when_words(candidate: Candidate) -> str:
    """Say when somebody is ready, or may be at the earliest."""
    if candidate.ready_in is not None:
        return years_words(candidate.ready_in)
    return f"perhaps {years_words(NOW if candidate.open is None else candidate.open.years)}"


def open_words(open_: OpenPoints, pack: Pack) -> str:
    """Say what would settle it."""
    told = []
    if asked := open_.decisive or open_.others:
        told.append(f"ask {_titles(asked, pack)}")
    if open_.of_move:
        told.append(f"ask whether the move there is open: {_titles(open_.of_move, pack)}")
    if open_.undefined:
        told.append(f"the rules have no answer: {_titles(open_.undefined, pack)}")
    return "; ".join(told)


def _titles(names: Sequence[str], pack: Pack) -> str:
    return joined_some([pack.attributes[name].title for name in names], _ASKED)


def lapse_words(lapse: Lapse) -> str:
    """Say when somebody is no longer ready, and why."""
    what = "no longer" if lapse.sure else "perhaps no longer"
    why = [criterion.title for criterion in lapse.criteria] + (["the move there closes"] if lapse.move_closes else [])
    return f"{what} {years_words(lapse.years)}" + (f": {'; '.join(why)}" if why else "")


def notes(candidate: Candidate, pack: Pack) -> str:
    """Say what else there is to say of somebody on a bench: what would settle what is open, and until when they are ready."""
    told = []
    if candidate.open is not None:
        settles = open_words(candidate.open, pack)
        told.append(f"perhaps {years_words(candidate.open.years)}: {settles}" if candidate.on_bench else settles)
    if candidate.lapse is not None:
        told.append(lapse_words(candidate.lapse))
    return "; ".join(filter(None, told))


def summary_words(bench: Bench) -> str:
    """Say in a few sentences how the benches stand."""
    people, led = bench.people.frame.height, [one for one in bench.roles if one.led_to]
    on = f"{bench.on_a_bench:,} of {counted(people, 'person', 'people')} {'is' if bench.on_a_bench == 1 else 'are'}"
    first = f"{on} on the bench of some role: ready now, or within {FAR} years if work goes on as it does today."
    singles = sum(map(len, bench.singles.values()))
    nobody = f"Of {counted(len(led), 'role')} that {'are looked at' if bench.among is Among.EVERYONE else 'moves lead to'}"
    return (
        f"{first} {nobody}, {_nobody(len(bench.empty))}, and {singles:,} {'has' if singles == 1 else 'have'} exactly one person ready now."
    )


def _nobody(number: int) -> str:
    return f"{number:,} {'has' if number == 1 else 'have'} nobody"


def nobody_steps_words(bench: Bench) -> str:
    """Say that no role is a step for anybody, and why."""
    people, roles = bench.people.frame.height, bench.people.roles_today
    why = "nobody’s role today is one of the pack" if not any(roles) else "no move leads on from a role that somebody holds"
    return f"no role would be a step for {'the only person' if people == 1 else f'any of {people:,} people'}: {why}"


def accrual_words(attribute: Attribute, accrual: Accrual, pack: Pack) -> str:
    """Say what a year brings of an attribute, and to whom."""
    per_year = attribute.type.show(accrual.per_year)
    tracks = {track.id: track.title for track in pack.tracks}
    to = f" on {joined([tracks[name] for name in accrual.in_tracks])}" if accrual.in_tracks else ""
    return f"{attribute.title} ({per_year}{to})"


def assumed_words(bench: Bench) -> Iterator[str]:
    """Yield what is assumed of the years ahead, and what is not."""
    yield "Everybody keeps the role of today, and all that is stated of them stays, but for what time alone changes."
    yield "Days pass: what is counted from dates grows older, positions that have not ended go on, and what counts for so long only lapses."
    if bench.accruing:
        grows = "; ".join(accrual_words(attribute, accrual, bench.pack) for attribute, accrual in bench.accruing)
        yield f"A year brings, as the rules say, counted from the day of the facts: {grows}."
    else:
        yield "The rules say of nothing that is stated what a year brings of it (accrues), so that no stated number grows."
    yield "Nothing else is assumed: no work, no learning, no promotion. What is not known stays unknown, and is never taken for a no."


def best_note(bench: Bench) -> str | None:
    """Say what counts as ready where the rules call it otherwise."""
    others = list(dict.fromkeys(bench.pack.best_of(one.role) for one in bench.roles))
    return None if others == ["ready"] else f"whoever has the best verdict: {joined([best_words(word) for word in others], 'or')}"


def holders_words(bench: RoleBench) -> str:
    """Say how many hold a role today."""
    return f"{bench.holders:,} {'holds' if bench.holders == 1 else 'hold'} it today"

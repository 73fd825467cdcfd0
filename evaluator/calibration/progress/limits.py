"""Limits on what changed: `fell back 5%`, `left 10`, `worse 3 in product-director`; held against two populations, for CI.

A limit is what happened, a number of people and where wanted a role. It is reached at that number or more; with `%`, at that share of those
to whom it could happen: of those who were ready, for `fell back` and `no longer certain`; of the old population, for `left` and `not judged
now`; of the new one, for `new` and `judged again`; of those who are in both, for everything else.
"""

from __future__ import annotations

import re
from fractions import Fraction

from evaluator.calibration.people_limits import AMOUNT, LimitProblem, PeopleLimit, amount_of
from evaluator.calibration.progress.analysis import Movement, PersonProgress, Progress, RoleProgress
from evaluator.core.gates import Gate, State
from evaluator.core.text import fold_spaces
from evaluator.core.values import show_number
from evaluator.diagnostics import did_you_mean
from evaluator.report.views import people_words
from evaluator.report.words import percent_words

NEW, LEFT, AGAIN, NOT_NOW, ROLE, NEXT_ROLE = "new", "left", "judged again", "not judged now", "other role", "other next role"
WORDS = (*Movement, ROLE, NEXT_ROLE, NEW, LEFT, AGAIN, NOT_NOW)
"""What a limit can be on."""
_OF_READY = frozenset({Movement.FELL_BACK, Movement.NO_LONGER_CERTAIN})
_WERE_READY, _COMPARED, _IN_BOTH = "who were ready", "who are compared", "who are in both"
_JUDGED = {"then": "who could be judged then", "now": "who can be judged now"}
_NOBODY = {
    _WERE_READY: "nobody was ready",
    _COMPARED: "nobody is compared for that role",
    _IN_BOTH: "nobody is in both",
    **{words: f"nobody {words.removeprefix('who ')}" for words in _JUDGED.values()},
}
_LIMIT = re.compile(rf"\s*(?P<what>.+?)\s*{AMOUNT}")
_SHAPE = 'write what happened and a number of people, such as "fell back 5%", "left 10" or "worse 3 in product-director"'
_ANYBODY = "name two populations that have people in common"


def parsed(text: str, progress: Progress) -> PeopleLimit:
    """Read a limit; raises LimitProblem."""
    match = _LIMIT.fullmatch(text)
    if match is None:
        raise LimitProblem(f"`{text}` is no limit", _SHAPE)
    what = fold_spaces(match["what"]).replace("-", " ")
    if what not in WORDS:
        raise LimitProblem(f"`{text}` does not say what happened", did_you_mean(what, WORDS) or f"it can be {', '.join(WORDS)}")
    amount, role = amount_of(match, "nothing changed"), _role(match["role"], text, what, progress)
    return PeopleLimit(text=text.strip(), what=what, amount=amount, share=bool(match["share"]), role=role)


def _role(name: str | None, text: str, what: str, progress: Progress) -> str | None:
    if name is None:
        return None
    if what not in set(Movement):
        raise LimitProblem(f"`{text}` names a role, and {what} is not about one", "leave `in ROLE` out")
    found = progress.new.pack.find_role(name) or progress.old.pack.find_role(name)
    if found is None:
        known = [role.id for role in progress.new.pack.judged_roles]
        raise LimitProblem(f"`{text}` names no role of the rules", did_you_mean(name, known) or f"the roles are {', '.join(known)}")
    return found.id


def gate(limit: PeopleLimit, progress: Progress) -> Gate:
    """Hold a limit against what changed."""
    number, whole, of = _counted(limit, progress)
    if not progress.people:
        return Gate(limit=limit.text, state=State.NOT_TESTED, reason="nobody is in both populations", step=_ANYBODY)
    if not whole:
        return Gate(limit=limit.text, state=State.NOT_TESTED, reason=_NOBODY[of], too_small=True, step="take a limit on others")
    share = f", {percent_words(Fraction(number, whole), 1)} of {whole:,} {of}" if limit.share else f" of {whole:,} {of}"
    broken = bool(number) and number >= limit.needed(whole)
    amount = (
        f"{show_number(limit.amount)} %" if limit.share else people_words(int(limit.amount)) if limit.amount == int(limit.amount) else ""
    )
    reason = f"{people_words(number)}{share}" + (f"; the limit is {amount}" if broken and amount else "")
    return Gate(limit=limit.text, state=State.BROKEN if broken else State.HELD, reason=reason)


def _counted(limit: PeopleLimit, progress: Progress) -> tuple[int, int, str]:
    """Return to how many it happened, to how many it could, and who those are."""
    sides = {LEFT: progress.left, NOT_NOW: progress.no_longer_judged, NEW: progress.arrived, AGAIN: progress.judged_again}
    if limit.what in sides:
        side, when = (progress.old, "then") if limit.what in {LEFT, NOT_NOW} else (progress.new, "now")
        return len(sides[limit.what]), side.frame.height, _JUDGED[when]
    if limit.what in {ROLE, NEXT_ROLE}:
        changed = [one.role_today if limit.what == ROLE else one.next_role for one in progress.people]
        return sum(one.differs for one in changed), len(progress.people), _IN_BOTH
    return _of_movement(limit, progress)


def _of_movement(limit: PeopleLimit, progress: Progress) -> tuple[int, int, str]:
    about = [person for person in progress.people if _roles(person, limit)]
    moved = sum(any(one.movement == limit.what for one in _roles(person, limit)) for person in about)
    if limit.what in _OF_READY:
        ready = sum(any(progress.ready_then(person, one) for one in _roles(person, limit)) for person in about)
        return moved, ready, _WERE_READY
    return moved, len(about), _COMPARED


def _roles(person: PersonProgress, limit: PeopleLimit) -> list[RoleProgress]:
    return [one for one in person.roles if limit.role in {None, one.role.id}]

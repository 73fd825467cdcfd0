"""The order of candidates: by what is known, then tie-breakers, with ties shared, or one that says nothing of them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby

from evaluator.core.enums import Prefer, RankBy
from evaluator.core.model import Pack, TieBreaker
from evaluator.core.ranking import HIGH, LOW, ranking_sides
from evaluator.core.results import Evaluation
from evaluator.core.tally import Count
from evaluator.core.values import ORDERED, Kind, Value

_PLACES = {RankBy.VERDICT: 0, RankBy.SCORE: 1}


def standing(evaluation: Evaluation, role: str, pack: Pack) -> tuple[object, ...]:
    """Return what puts one candidate before another, in the order that the pack names, else verdict, score and tie-breakers.

    What is known, the worse side, comes before what answers could make of it; whoever says less is not put before others for it.
    """
    known, best = _known(evaluation, role, pack), _at_best(evaluation, role, pack)
    sides = {LOW: known, HIGH: best}
    return tuple(
        _tie(evaluation, key, pack) if isinstance(key, TieBreaker) else sides[key[1]][_PLACES[key[0]]] for key in ranking_sides(pack)
    )


def _position(evaluation: Evaluation, pack: Pack, counts: tuple[int, Fraction]) -> tuple[object, ...]:
    """Return where somebody stands with a verdict and a score: these alone, but where the pack names what else comes in between."""
    keys = pack.ranking or (RankBy.VERDICT, RankBy.SCORE)
    return tuple(_tie(evaluation, key, pack) if isinstance(key, TieBreaker) else counts[_PLACES[key]] for key in keys)


def _place(role: str, pack: Pack, verdict: str) -> int:
    return pack.verdicts_of(pack.roles[role]).index(verdict)


def _known(evaluation: Evaluation, role: str, pack: Pack) -> tuple[int, Fraction]:
    return (_place(role, pack, evaluation.roles[role].verdict.low), -evaluation.roles[role].score.low)


def _at_best(evaluation: Evaluation, role: str, pack: Pack) -> tuple[int, Fraction]:
    return (_place(role, pack, evaluation.roles[role].verdict.high), -evaluation.roles[role].score.high)


def _answered(evaluation: Evaluation, role: str, pack: Pack) -> tuple[int, Fraction]:
    """Return what the best answers make of verdict and score on the worse side, where the pack has no answer to something."""
    result = evaluation.roles[role]
    if not result.undefined:
        return _at_best(evaluation, role, pack)
    count = Count.of(result.best_answered, unknown_as_met=False)
    return (_place(role, pack, count.verdict(pack.bands_of(pack.roles[role]))), -count.score)


def reachable_place(evaluation: Evaluation, others: Sequence[Evaluation], role: str, pack: Pack) -> int:
    """Return the place that the best answers to somebody's open questions alone would give; by no answers it is the last.

    What the pack has no answer to stays unknown.
    """
    known = _position(evaluation, pack, _known(evaluation, role, pack))
    best = _position(evaluation, pack, _answered(evaluation, role, pack))
    if best == known:
        return len(others)
    rest = [_position(other, pack, _known(other, role, pack)) for other in others if other is not evaluation]
    return 1 + sum(other < best for other in rest)


def _tie(evaluation: Evaluation, breaker: TieBreaker, pack: Pack) -> tuple[bool, Fraction]:
    """Return what a tie-breaker sees, the lower the better; who does not state it comes last."""
    if pack.attributes[breaker.attribute].kind not in ORDERED | {Kind.FLAG}:
        return (False, Fraction(0))
    value = evaluation.facts.get(breaker.attribute)
    number = _number(value)
    return (value is None, -number if breaker.prefer is Prefer.HIGH else number)


def _number(value: Value | None) -> Fraction:
    """Return a value that can be ordered as a number."""
    if isinstance(value, datetime.date):
        return Fraction(value.toordinal())
    return Fraction(value) if isinstance(value, int | Fraction) else Fraction(0)


def places(keys: Sequence[object]) -> Iterator[str]:
    """Yield places from 1, shared ones as `=2`."""
    index = 1
    for _, same in groupby(keys):
        number = len(list(same))
        yield from [f"={index}" if number > 1 else str(index)] * number
        index += number


def shuffled(evaluation: Evaluation, role: str) -> str:
    """Return a key whose order says nothing of anybody and is the same each time."""
    provenance = evaluation.provenance
    return hashlib.sha256(f"{provenance.pack_hash} {role} {provenance.profile_hash}".encode()).hexdigest()


def letters(number: int) -> str:
    """Return A to Z, then AA and on."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

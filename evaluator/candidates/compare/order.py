"""The order of candidates: by what is known, then tie-breakers, with ties shared, or one that says nothing of them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby

from evaluator.core.enums import Prefer
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.core.tally import Count
from evaluator.core.values import ORDERED, Kind, Value


def standing(evaluation: Evaluation, role: str, pack: Pack) -> tuple[object, ...]:
    """Return what puts one candidate before another: what is known, what answers could make of it, then the pack's tie-breakers.

    What is known is the worse side of the verdict, then of the score; whoever says less is not put before others for it.
    """
    return (*_known(evaluation, role, pack), *_at_best(evaluation, role, pack), *_ties(evaluation, pack))


def _known(evaluation: Evaluation, role: str, pack: Pack) -> tuple[int, Fraction]:
    return (pack.verdicts.index(evaluation.roles[role].verdict.low), -evaluation.roles[role].score.low)


def _at_best(evaluation: Evaluation, role: str, pack: Pack) -> tuple[int, Fraction]:
    return (pack.verdicts.index(evaluation.roles[role].verdict.high), -evaluation.roles[role].score.high)


def _answered(evaluation: Evaluation, role: str, pack: Pack) -> tuple[int, Fraction]:
    """Return what the best answers make of verdict and score on the worse side, where the pack has no answer to something."""
    result = evaluation.roles[role]
    if not result.undefined:
        return _at_best(evaluation, role, pack)
    count = Count.of(result.best_answered, unknown_as_met=False)
    return (pack.verdicts.index(count.verdict(pack.bands)), -count.score)


def reachable_place(evaluation: Evaluation, others: Sequence[Evaluation], role: str, pack: Pack) -> int:
    """Return the place that the best answers to somebody's open questions alone would give; by no answers it is the last.

    What the pack has no answer to stays unknown.
    """
    best = _answered(evaluation, role, pack)
    if best == _known(evaluation, role, pack):
        return len(others)
    return 1 + sum(_known(other, role, pack) < best for other in others if other is not evaluation)


def _ties(evaluation: Evaluation, pack: Pack) -> Iterator[tuple[bool, Fraction]]:
    """Yield what the pack's tie-breakers see, best first; who does not state it comes last."""
    for breaker in pack.tie_breakers:
        if pack.attributes[breaker.attribute].kind in ORDERED | {Kind.FLAG}:
            value = evaluation.facts.get(breaker.attribute)
            number = _number(value)
            yield (value is None, -number if breaker.prefer is Prefer.HIGH else number)


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

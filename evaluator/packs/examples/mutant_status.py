"""What became of mutants: killed by a rule test, survived, or equivalent."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from fractions import Fraction

import attrs

from evaluator.packs.examples.counterexamples import Witness
from evaluator.packs.examples.mutants import Mutant
from evaluator.reading.pack.ruletests import RuleTest


class Fate(enum.StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    EQUIVALENT = "equivalent"


@attrs.frozen(kw_only=True)
class MutantResult:
    """A mutant and what became of it: the rule test that noticed it, or a profile that would tell.

    A survivor without a witness is one for which none was found, and which could not be shown to be equivalent either.
    """

    mutant: Mutant
    fate: Fate
    killer: RuleTest | None = None
    witness: Witness | None = None


@attrs.frozen(kw_only=True)
class Fates:
    """How many mutants there were and what became of them."""

    killed: int
    survived: int
    equivalent: int

    @property
    def share(self) -> Fraction:
        """The killed part of those that can be told apart, from 0 to 1; 1 where there are none."""
        told = self.killed + self.survived
        return Fraction(self.killed, told) if told else Fraction(1)

    @classmethod
    def of(cls, judged: Iterable[MutantResult]) -> Fates:
        """Count mutants."""
        fates = [mutant_result.fate for mutant_result in judged]
        return cls(killed=fates.count(Fate.KILLED), survived=fates.count(Fate.SURVIVED), equivalent=fates.count(Fate.EQUIVALENT))

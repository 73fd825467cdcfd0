"""What a run has to come to, so that its results take their place: few rows rejected, columns that are there, no warnings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from evaluator.core.gates import Gate, State
from evaluator.core.model import Pack
from evaluator.core.text import fold_name
from evaluator.core.values import clip
from evaluator.diagnostics import Problems
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.report.words import counted, joined, some

if TYPE_CHECKING:
    from evaluator.populations.counting import PopulationCounts
    from evaluator.reading.tables import Chunk, Options

_NAMED = 6
_PER_CENT = 100


@attrs.frozen(kw_only=True)
class MostRejected:
    """How many rows may be rejected: a number of them, or a share of all rows in per cent."""

    number: Fraction
    is_share: bool = False

    @classmethod
    def parsed(cls, text: str) -> MostRejected | None:
        """Read `20`, `1%` or `0.5 %`; None where it is neither."""
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(%)?\s*", text, re.ASCII)
        if found is None or (found[2] is None and "." in found[1]) or (found[2] and Fraction(found[1]) > _PER_CENT):
            return None
        return cls(number=Fraction(found[1]), is_share=found[2] is not None)

    def holds(self, rejected: int, rows: int) -> bool:
        """Whether no more are rejected; exact, so that 1 of 100 is no more than 1 %."""
        return rejected * _PER_CENT <= self.number * rows if self.is_share else rejected <= self.number

    def __str__(self) -> str:
        number = f"{float(self.number):g}" if self.number.denominator > 1 else str(self.number.numerator)
        return f"{number}%" if self.is_share else number


class EmptyColumn(PopulationProblem):
    """A column that has to hold something holds nothing: nothing at all is written then."""


@attrs.frozen(kw_only=True)
class Acceptance:
    """What was asked of a run: at most so many rejected rows, columns that have to hold something, and no warnings with `strict`.

    `meanings` says of each required column what it is to the pack, such as `attribute:<id>`; None where it is nothing known.
    """

    most_rejected: MostRejected | None = None
    required: tuple[str, ...] = ()
    meanings: Mapping[str, str | None] = attrs.field(factory=dict)
    strict: bool = False

    def of(self, pack: Pack, options: Options) -> Acceptance:
        """Return the same, knowing what the required columns are to a pack."""
        from evaluator.reading.tables.columns import vocabulary

        words = vocabulary(pack, options, Problems())
        return attrs.evolve(self, meanings={name: words.meaning(name) for name in self.required})

    def held_by(self, chunk: Chunk) -> dict[str, int]:
        """Return of how many people of a chunk each required column holds something."""
        return {name: _holding(chunk, name, meaning) for name, meaning in self.meanings.items()}

    def empty(self, counts: PopulationCounts) -> EmptyColumn | None:
        """Return the refusal of a run in which a required column holds nothing for anybody."""
        empty = [name for name in self.required if not counts.held[name]]
        if not empty or not counts.judged:
            return None
        named = joined([f"`{clip(name)}`" for name in empty])
        words = f"{named} {'holds' if len(empty) == 1 else 'hold'} nothing for any of {counted(counts.judged, 'person', 'people')}"
        return EmptyColumn(f"{words}, and --require asks for it", "fill the column, or leave its --require out")

    def gates(self, counts: PopulationCounts, warnings: tuple[str, ...]) -> tuple[Gate, ...]:
        """Return what was asked, and what it came to; `warnings` are those of the files as they were opened."""
        gates = []
        if self.most_rejected is not None:
            held = self.most_rejected.holds(counts.rejected, counts.rows)
            reason = f"{_rejected_words(counts)}{'' if held else ', which is more'}"
            gates.append(Gate(limit=f"--max-rejected {self.most_rejected}", state=State.HELD if held else State.BROKEN, reason=reason))
        for name in self.required:
            words = f"{counts.held[name]:,} of {counted(counts.judged, 'person has', 'people have')} it"
            gates.append(Gate(limit=f"--require {name}", state=State.HELD, reason=words))
        if self.strict:
            found = [Gate(limit="--strict", state=State.BROKEN, reason=words) for words in (*warnings, *self._warnings(counts))]
            gates += found or [Gate(limit="--strict", state=State.HELD, reason="no warnings")]
        return tuple(gates)

    def _warnings(self, counts: PopulationCounts) -> Iterator[str]:
        """Say what of the people counts as a failure where that is asked for; rejected rows where no limit allows some."""
        if counts.rejected and self.most_rejected is None:
            yield _rejected_words(counts)
        if counts.unread:
            cells = counted(counts.unread.total(), "cell", "cells")
            yield f"{cells} cannot be read and {'counts' if counts.unread.total() == 1 else 'count'} as unknown"
        if counts.other_roles:
            roles = [f"{clip(role)} ({number:,})" for role, number in sorted(counts.other_roles.items(), key=lambda one: (-one[1], one[0]))]
            yield f"{_have(counts.other_roles.total())} a role that the pack does not have: {some(roles, _NAMED)}"
        for words, number in sorted(counts.implausible.items(), key=lambda one: (-one[1], one[0])):
            yield f"{counted(number, 'person is', 'people are')} hardly plausible: {words}"


def _have(number: int) -> str:
    return counted(number, "person has", "people have")


def _rejected_words(counts: PopulationCounts) -> str:
    share = f" ({float(Fraction(counts.rejected * _PER_CENT, counts.rows)):.3g} %)" if counts.rejected else ""
    return f"{counts.rejected:,} of {counted(counts.rows, 'row')} {'is' if counts.rejected == 1 else 'are'} rejected{share}"


def _holding(chunk: Chunk, name: str, meaning: str | None) -> int:
    """Return of how many people of a chunk a column holds something."""
    from evaluator.engines.columns.derived import OWN_DAYS
    from evaluator.engines.columns.truths import column
    from evaluator.reading.tables.cell_values import states_something
    from evaluator.reading.tables.meanings import DAYS, ID, NAME, ROLE

    frame = chunk.frame
    if meaning is None:
        columns = [kept for kept in chunk.kept.columns if fold_name(kept) == fold_name(name)]
        return max((sum(map(states_something, chunk.kept[kept].drop_nulls())) for kept in columns), default=0)
    if meaning in DAYS:
        return int(frame[dict(zip(DAYS, OWN_DAYS, strict=True))[meaning]].count())
    if meaning == ROLE:
        return int(frame[ROLE].count()) + sum(chunk.other_roles.values())
    return int(frame[meaning if meaning in {ID, NAME} else column(meaning.removeprefix("attribute:"))].count())

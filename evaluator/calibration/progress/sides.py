"""Where each of two populations comes from, and what can be told of its rows."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import attrs

from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.populations.held import HeldPopulation
from evaluator.reading.tables import Options, Population, open_population

_RESULTS = frozenset({"verdict_worse", "verdict_better", "pack_hash"})
"""Columns that results of `evaluate` have, and that no table of facts has all of."""


@attrs.frozen(kw_only=True)
class PopulationFile:
    """Where people come from, how it is read, and the day for rows without one; `day_wins` where that counts for every row."""

    path: str
    options: Options
    day: datetime.date
    day_wins: bool

    def opened(self, pack: Pack, problems: Problems) -> Population:
        """Open the population for a pack."""
        return open_population([self.path], pack, self.options, as_of=self.day, as_of_wins=self.day_wins, problems=problems)


def holds_results(population: Population) -> bool:
    """Whether a file holds verdicts that `evaluate` wrote, and not the facts of people."""
    return set(population.headers) >= _RESULTS


def rejected_ids(side_: HeldPopulation) -> Iterator[str]:
    """Yield the id of each row that cannot be judged, where it has one."""
    return (row.id for row in side_.left_out if row.id is not None)

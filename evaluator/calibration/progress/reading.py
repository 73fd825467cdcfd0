"""Two populations, each read by its own pack, and by the other one's too, so that every mixture of facts and rules can be judged."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from evaluator.calibration.progress.sides import PopulationFile, holds_results
from evaluator.core.model import Pack
from evaluator.diagnostics import EvaluatorError, Problems, ReadingError
from evaluator.packs.changes.renames import read_by_both
from evaluator.populations.held import HeldPopulation, held


class NoPopulation(EvaluatorError):
    """A population cannot be compared; carries one lower-case sentence and a next step."""


@attrs.frozen(kw_only=True)
class Both:
    """Both populations by whether their facts and the rules that read them are the new ones, and what was found wrong with each file.

    `complete` says that every file could be used. A population is missing where the other one's pack cannot read it at all.
    """

    sides: Mapping[tuple[bool, bool], HeldPopulation]
    problems: Problems
    complete: bool


def read(old: PopulationFile, new: PopulationFile, packs: tuple[Pack, Pack]) -> Both:
    """Read two populations; what differs between the packs in name alone is read under either name.

    Raises ReadingError where a file cannot be read by its own pack, and NoPopulation where one holds results of `evaluate`.
    """
    same = packs[0].content_hash == packs[1].content_hash
    before, after = (packs[1], packs[1]) if same else read_by_both(*packs)
    sides: dict[tuple[bool, bool], HeldPopulation] = {}
    told = Problems()
    complete = True
    for file, pack, new_facts in ((old, before, False), (new, after, True)):
        problems = Problems()
        population = file.opened(pack, problems)
        if population.tables and holds_results(population):
            raise _of_results(file.path)
        if problems.errors and not population.tables:
            raise ReadingError(problems)
        complete &= not problems.errors
        told.extend(problems)
        sides[new_facts, new_facts] = held(population, pack)
    for file, pack, new_facts in ((old, after, False), (new, before, True)):
        if same:
            sides[new_facts, not new_facts] = sides[new_facts, new_facts]
            continue
        population = file.opened(pack, Problems())
        if population.tables:
            sides[new_facts, not new_facts] = held(population, pack)
    return Both(sides=sides, problems=told, complete=complete)


def _of_results(path: str) -> NoPopulation:
    return NoPopulation(
        f"{path} holds verdicts that `evaluate` wrote, and none of the facts behind them, so that nothing tells why anybody moved",
        "name the table or folder that it was made from, with the day under --as-of-old or --as-of",
    )

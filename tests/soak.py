"""Hold two engines against each other on random packs and profiles: `python tests/soak.py --verdicts 5000000 --seed 1`.

Prints its progress. A disagreement is shrunk to one condition and one profile, and printed as a case for `engines/corpus`.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from evaluator.core.conditions import AttributeTest, Condition, Truth, attributes_read
from evaluator.core.conditions import truth as reference_truth
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.core.values import Facts, ValueType
from evaluator.engines.readiness import Evaluator
from evaluator.engines.rule_layers import CRITERIA, EngineProblem
from tests.cases import Case, write_case
from tests.strategies import conditions, random_as_of, random_pack, random_profile, verdicts_of

PROFILES = 24
"""Profiles for each pack."""


@attrs.define(kw_only=True)
class Count:
    """How much was compared so far."""

    packs: int = 0
    refused: int = 0
    evaluations: int = 0
    verdicts: int = 0


class Disagreement(AssertionError):
    """Two engines gave one profile different evaluations."""


def stripped(evaluation: Evaluation) -> Evaluation:
    """Return an evaluation without what may differ between engines: the engine's name and the rules that fired."""
    return attrs.evolve(evaluation, fired=(), provenance=attrs.evolve(evaluation.provenance, engine=""))


def soak(seed: int, verdicts: int, engine: str = "inference") -> Iterator[Count]:
    """Compare evaluations of random packs until that many verdicts are compared; yields the count after every pack."""
    count = Count()
    while count.verdicts < verdicts:
        count.packs += 1
        chance = random.Random(f"{seed}/{count.packs}")
        pack = random_pack(chance)
        try:
            evaluators = [Evaluator(pack, engine=name) for name in ("reference", engine)]
        except EngineProblem:
            count.refused += 1
            continue
        for _ in range(PROFILES):
            profile, as_of = random_profile(chance, pack), random_as_of(chance)
            expected, found = (evaluator.evaluate(profile, as_of=as_of) for evaluator in evaluators)
            if stripped(expected) != stripped(found):
                raise Disagreement(f"seed {seed}, pack {count.packs}\n" + "\n".join(disagreements(pack, expected.facts, engine)))
            count.evaluations += 1
            count.verdicts += verdicts_of(pack, profile.role)
        yield count


def disagreements(pack: Pack, facts: Facts, engine: str) -> Iterator[str]:
    """Yield a shrunk case for every condition of the pack on which the engine differs from the definition of truth."""
    types = {name: attribute.type for name, attribute in pack.attributes.items()}
    for condition in conditions(pack):
        if differs(condition, types, facts, engine):
            small = shrunk(condition, lambda part: differs(part, types, facts, engine))
            yield write_case(_case(small, types, facts))


def differs(condition: Condition, types: dict[str, ValueType], facts: Facts, engine: str) -> bool:
    """Whether the engine, asked about the condition alone, differs from the definition of truth."""
    case = _case(condition, types, facts)
    return _judged(case, engine) != reference_truth(condition, facts)


def _judged(case: Case, engine: str) -> Truth:
    return Evaluator(case.pack(), engine=engine).engine.judge(CRITERIA, case.expected[0][0], ["role/rule"]).truths["role/rule"]


def _case(condition: Condition, types: dict[str, ValueType], facts: Facts) -> Case:
    names = attributes_read([condition])
    return Case(
        title="Found by the soak",
        types={name: types[name] for name in names},
        conditions={"rule": condition},
        expected=(({name: facts[name] for name in names if name in facts}, {"rule": reference_truth(condition, facts)}),),
    )


def shrunk(condition: Condition, wrong: Callable[[Condition], bool]) -> Condition:
    """Return a smaller condition that is still wrong: one of its parts, or the same with a part left out, again and again."""
    smaller = next((part for part in _smaller(condition) if wrong(part)), None)
    return condition if smaller is None else shrunk(smaller, wrong)


def _smaller(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, AttributeTest):
        return
    parts = condition.parts
    yield from parts
    for place, part in enumerate(parts):
        for other in ([], *([less] for less in _smaller(part))):
            fewer = (*parts[:place], *other, *parts[place + 1 :])
            if fewer:
                yield attrs.evolve(condition, parts=fewer)


def main() -> None:
    """Run the soak from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verdicts", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", default="inference")
    options = parser.parse_args()
    start, shown = time.monotonic(), 0.0
    for count in soak(options.seed, options.verdicts, options.engine):
        if (spent := time.monotonic() - start) - shown >= 10 or count.verdicts >= options.verdicts:
            shown = spent
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"{count.verdicts:,} verdicts, {count.packs:,} packs ({count.refused} refused), {spent:.0f} s, at most {memory} MB")


if __name__ == "__main__":
    main()

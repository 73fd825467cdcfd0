"""People per second of the columns engine, of the same decisions by hand, and of what else there is: `python benchmarks/columns.py`."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import attrs
import growth
import numpy as np
import polars as pl
import rivals
import singles
from decisions import CannotSay
from made import AS_OF, SEED, made_pack, made_people
from tabulate import tabulate
from timing import median, ratio, side_by_side

from evaluator.core.facts import complete
from evaluator.core.model import Pack, Profile
from evaluator.core.values import Facts
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import DOUBT, plan, side
from evaluator.engines.readiness import Evaluator
from evaluator.engines.rule_layers import EngineProblem
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.shipped import shipped_rules

Run = Callable[[], object]
COLUMNS, DERIVED = "columns", "columns, and derived attributes"
DISTINCT = 3000
HEADERS = ("pack", "way", "people/s", "times columns")
WHOLE: Mapping[str, Callable[[Pack, pl.DataFrame], Run]] = {
    "Polars, by hand": rivals.in_polars,
    "NumPy, by hand": rivals.in_numpy,
    "C kernel": rivals.in_c,
    "DuckDB SQL": rivals.in_duckdb,
    "OpenFisca-core": singles.in_openfisca,
}
SINGLE: Mapping[str, Callable[[Pack, pl.DataFrame], Run]] = {
    "zen-engine": singles.in_zen,
    "common-expression-language": singles.in_cel,
    "clipspy": singles.in_clips,
}
ENGINES: Mapping[str, Callable[[Pack, Sequence[Facts]], Run]] = {
    "reference": lambda pack, people: singles.in_engine("reference", pack, people),
    "inference": lambda pack, people: singles.in_engine("inference", pack, people),
    "durable_rules, stock": singles.in_stock,
}


@attrs.frozen(kw_only=True)
class Population:
    """A pack, some made people, their facts, and their columns with what is derived."""

    pack: Pack
    people: Sequence[Profile]
    facts: Sequence[Facts]
    frame: pl.DataFrame

    @classmethod
    def of(cls, pack: Pack, count: int) -> Population:
        """Make people for a pack; nobody of them is in doubt."""
        people = made_people(pack, count)
        frame = frame_of(pack, [Person(profile=one, as_of=AS_OF) for one in people])
        with speaking(pl):
            compiled = plan(pack)
            sure = compiled.criteria(compiled.derive(frame.lazy())).select(~pl.col(DOUBT)).collect().to_series()
            derived = compiled.derive(frame.lazy()).collect().filter(sure)
        kept = [one for one, certain in zip(people, sure, strict=True) if certain]
        return cls(pack=pack, people=kept, facts=[complete(pack, one, AS_OF).facts for one in kept], frame=derived)

    def larger(self, count: int) -> pl.DataFrame:
        """Return so many rows, drawn again and again."""
        chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
        return self.frame[chance.choices(range(self.frame.height), k=count)].rechunk()

    def first(self, count: int) -> Population:
        """Return the first of them."""
        return attrs.evolve(self, people=self.people[:count], facts=self.facts[:count], frame=self.frame[:count])

    def expected(self) -> rivals.Verdicts:
        """Return what the reference says of them, in whole evaluations."""
        place = self.pack.verdicts.index
        evaluator = Evaluator(self.pack, engine="reference")
        evaluations = [evaluator.evaluate(one, as_of=AS_OF) for one in self.people]
        return np.array(
            [[place(getattr(one.roles[role.id].verdict, which)) for one in evaluations] for role, which in rivals.lines(self.pack)]
        )


def in_columns(pack: Pack, frame: pl.DataFrame) -> Run:
    """Criteria and verdicts, from facts with what is derived."""
    with speaking(pl):
        compiled = plan(pack)
        return compiled.verdicts(compiled.criteria(frame.lazy())).select(_wanted(pack)).collect


def in_columns_derived(pack: Pack, frame: pl.DataFrame) -> Run:
    """Run the whole plan and take the verdicts, so that derived attributes are worked out again."""
    with speaking(pl):
        return plan(pack).run(frame.lazy()).select(_wanted(pack)).collect


def _wanted(pack: Pack) -> list[str]:
    return [side(role, "v", which) for role, which in rivals.lines(pack)]


def as_verdicts(found: object, pack: Pack) -> rivals.Verdicts:
    """Return what a way to judge answered in one form."""
    if isinstance(found, pl.DataFrame):
        return rivals.verdicts_of(found, pack)
    if isinstance(found, dict):
        return np.array([found[name] for name in _wanted(pack)])
    return np.array(found).T if isinstance(found, list) else np.asarray(found)


@attrs.frozen(kw_only=True)
class Contest:
    """What is timed for a pack, over how many people each, and who takes no part, and why."""

    pack: Pack
    passes: Mapping[str, Run]
    counts: Mapping[str, int]
    left_out: Mapping[str, str]


def contest(pack: Pack, options: argparse.Namespace) -> Contest:
    """Hold every way to judge against the reference on a sample, then make it ready for its people."""
    population = Population.of(pack, DISTINCT)
    sample, few = population.first(options.sample), population.first(options.single)
    expected, large = sample.expected(), population.larger(options.people)
    ways: dict[str, tuple[Callable[[Population], Run], Callable[[], Run], int]] = {}
    for name, way in {COLUMNS: in_columns, DERIVED: in_columns_derived, **WHOLE}.items():
        ways[name] = (lambda some, way=way: way(pack, some.frame), lambda way=way: way(pack, large), options.people)
    for name, way in SINGLE.items():
        ways[name] = (lambda some, way=way: way(pack, some.frame), lambda way=way: way(pack, few.frame), len(few.people))
    for name, way in ENGINES.items():
        ways[name] = (lambda some, way=way: way(pack, some.facts), lambda way=way: way(pack, few.facts), len(few.people))
    passes: dict[str, Run] = {}
    left_out: dict[str, str] = {}
    for name, (small, ready, _) in ways.items():
        if reason := _wrong(small, sample, expected):
            left_out[name] = reason
        else:
            passes[name] = ready()
    return Contest(pack=pack, passes=passes, counts={name: ways[name][2] for name in passes}, left_out=left_out)


def _wrong(make: Callable[[Population], Run], sample: Population, expected: rivals.Verdicts) -> str | None:
    """Return why a way to judge can't take part: it is not there, can't say it, or says something else."""
    try:
        found = as_verdicts(make(sample)(), sample.pack)
    except ImportError as problem:
        return f"is not installed: {problem}"
    except (CannotSay, EngineProblem) as problem:
        return f"can't express {problem}"
    except Exception as problem:  # noqa: BLE001 - whatever a product raises is what is reported
        return f"fails: {type(problem).__name__}: {str(problem)[:200]}"
    same = int((found == expected).sum()) if found.shape == expected.shape else 0
    return None if same == expected.size else f"gives {expected.size - same} of {expected.size} verdicts otherwise than the reference"


def rows(found: Contest, rounds: int, clock: Callable[[], float]) -> list[tuple[str, ...]]:
    """Time a contest and return a row for each way to judge, the fastest first."""
    seconds = side_by_side(found.passes, rounds, clock)
    each = {name: [one / found.counts[name] for one in taken] for name, taken in seconds.items()}
    fastest = sorted(each, key=lambda name: median(each, name))
    return [(found.pack.name, name, f"{1 / median(each, name):,.0f}", _times(1 / ratio(each, name, COLUMNS))) for name in fastest]


def _times(number: float) -> str:
    return f"{number:.2f}" if number >= 0.1 else f"1/{1 / number:,.0f}"  # noqa: PLR2004 - below, a fraction reads better


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, then time, then print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds to take the median of (default: 5)")
    parser.add_argument("--people", type=int, default=500_000, help="people for whatever takes whole populations (default: 500,000)")
    parser.add_argument("--single", type=int, default=100, help="people for whatever takes one at a time (default: 100)")
    parser.add_argument("--sample", type=int, default=200, help="people whose verdicts are checked first (default: 200)")
    parser.add_argument("--clock", choices=("wall", "processor"), default="wall", help="what is timed (default: wall)")
    parser.add_argument("--growth", type=Path, metavar="SVG", help="time the columns engine over growing populations instead, and draw it")
    options = parser.parse_args(arguments)
    if min(options.rounds, options.people, options.single, options.sample) < 1:
        parser.error("every number is from 1")
    clock = time.perf_counter if options.clock == "wall" else time.process_time
    default = load_pack(shipped_rules())
    if options.growth is not None:
        return growth.run(default, options.rounds, clock, options.growth)
    table: list[tuple[str, ...]] = []
    notes: list[str] = []
    for pack in (made_pack(default.bands), default):
        found = contest(pack, options)
        if COLUMNS not in found.passes:
            print(f"no numbers: columns {found.left_out[COLUMNS]}", file=sys.stderr)
            return 1
        table += rows(found, options.rounds, clock)
        notes += [f"{pack.name}: {name} takes no part, since it {reason}" for name, reason in found.left_out.items()]
    print(tabulate(table, headers=HEADERS, disable_numparse=True, colalign=("left", "left", "right", "right")))
    print("\n" + "\n".join([f"Everyone above gave the reference's verdicts on {options.sample} people first.", *notes]))
    return 0


if __name__ == "__main__":
    sys.exit(main())

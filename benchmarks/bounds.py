"""What bounds of computed numbers cost in columns, on two packs in either edition: `python benchmarks/bounds.py`."""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
import polars as pl
from made import AS_OF, SEED, made_people
from tabulate import tabulate
from timing import median, ratio, side_by_side

from evaluator.core.conditions import truth
from evaluator.core.facts import complete
from evaluator.core.model import Pack, Profile
from evaluator.core.values import Kind
from evaluator.diagnostics import Span
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import DOUBT, held, plan
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.shipped import shipped_rules

LADDER = Path(__file__).parents[1] / "tests" / "ladders" / "points-ladder"
DISTINCT, TIMES = 2000, 100
HEADERS = ("pack", "edition", "people/s", "times edition 1", "in doubt")


def people_of_points(pack: Pack, number: int) -> list[Profile]:
    """Return people with points on every track of the ladder but for up to four."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    names = [one.id for one in pack.attributes.values() if one.kind is Kind.INTEGER and one.derivation is None]
    found = []
    for index in range(number):
        left = set(chance.sample(names, chance.choice((0, 0, 1, 2, 4))))
        given = {name: chance.randint(0, 5) for name in names if name not in left}
        found.append(Profile(id=str(index), given=given, span=Span.whole_file("made.yaml")))
    return found


def checked(pack: Pack, people: Sequence[Person], frame: pl.DataFrame) -> float:
    """Return the share of rows in doubt, once all others are found to be as in the reference; exits where one is not."""
    for person, row in zip(people, frame.iter_rows(named=True), strict=True):
        facts = complete(pack, person.profile, person.as_of).facts
        for role in pack.judged_roles:
            for criterion in role.criteria:
                if not row[DOUBT] and row[held(criterion)] is not truth(criterion.when, facts):
                    sys.exit(f"no numbers: columns differ from the reference at `{criterion.key}`")
    return float(frame[DOUBT].mean() or 0)  # type: ignore[arg-type]  # a share


def rows(name: str, pack: Pack, profiles: Sequence[Profile], rounds: int) -> list[tuple[str, ...]]:
    """Check both editions, time them side by side, and say what came out."""
    people = [Person(profile=profile, as_of=AS_OF) for profile in profiles]
    passes: dict[str, Callable[[], object]] = {}
    doubts: dict[str, float] = {}
    with speaking(pl):
        for edition in (1, 2):
            edited = attrs.evolve(pack, language=edition)
            once = frame_of(edited, people)
            compiled, many = plan(edited), pl.concat([once] * TIMES)
            doubts[str(edition)] = checked(edited, people, compiled.criteria(compiled.derive(once.lazy())).collect())
            passes[str(edition)] = lambda compiled=compiled, many=many: (  # type: ignore[misc]
                compiled.verdicts(compiled.criteria(compiled.derive(many.lazy()))).collect()
            )
        seconds = side_by_side(passes, rounds)
    number = len(people) * TIMES
    return [
        (name, one, f"{number / median(seconds, one):,.0f}", f"{ratio(seconds, one, '1'):.2f}", f"{doubts[one]:.1%}".replace("%", " %"))
        for one in passes
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, then time, then print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds to take the median of (default: 5)")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error("--rounds takes a number from 1")
    points, default = load_pack(LADDER), load_pack(shipped_rules())
    table = rows("ladder of points", points, people_of_points(points, DISTINCT), options.rounds)
    table += rows("default pack", default, made_people(default, 500), options.rounds)
    print(tabulate(table, headers=HEADERS, disable_numparse=True, colalign=("left", "left", "right", "right", "right")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
